//! All integration tests, in one binary.

mod architecture;
mod command_line;
mod embedded;
mod gazetteers;
mod golden;
mod import;
mod live;
mod metrics;
mod properties;
mod remote;
mod socket;
mod wishes;
