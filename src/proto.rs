//! The generated code of `proto/`: messages, service traits and clients, canonical JSON.
//! Nothing is written here by hand.

#![allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic, rust_2018_idioms)]

/// Package `google.rpc`.
pub mod google {
    /// Package `google.rpc`.
    pub mod rpc {
        include!(concat!(env!("OUT_DIR"), "/google.rpc.rs"));
        include!(concat!(env!("OUT_DIR"), "/google.rpc.serde.rs"));
    }
}

/// Package `gazetted.v1`.
pub mod gazetted {
    /// Package `gazetted.v1`.
    pub mod v1 {
        include!(concat!(env!("OUT_DIR"), "/gazetted.v1.rs"));
        include!(concat!(env!("OUT_DIR"), "/gazetted.v1.serde.rs"));
    }
}

pub use gazetted::v1;

/// All files of `proto/` with their imports and comments, as an encoded FileDescriptorSet.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptor.bin"));
