//! Finds the people, organizations, events and locations that a news article names.
//!
//! See `ARCHITECTURE.md` for the floors and what each does not know.

pub mod catalog;
pub mod cli;
pub mod config;
pub mod defaults;
pub mod extraction;
pub mod gazetteer;
pub mod layer;
pub mod marked;
pub mod matcher;
pub mod proto;
pub mod remote;
pub mod server;
pub mod service;
pub mod telemetry;
pub mod text;
