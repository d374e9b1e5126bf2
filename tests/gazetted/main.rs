//! The tests that see the crate from outside, in one binary.

mod architecture;
mod embedded;
mod gazetteers;
mod golden;
mod properties;
