//! The methods that a listener answers, by name: a path that is none of them is whatever a
//! caller made up, and no label of a metric.

use std::{collections::HashSet, sync::LazyLock};

use prost::Message as _;
use prost_types::FileDescriptorSet;

use crate::proto::FILE_DESCRIPTOR_SET;

/// The method of a path without its first slash, or "other".
pub(super) fn known(path: &str) -> &'static str {
    static METHODS: LazyLock<HashSet<String>> = LazyLock::new(|| {
        let health = tonic_health::pb::FILE_DESCRIPTOR_SET;
        let (v1, v1alpha) =
            (tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET, tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET);
        [FILE_DESCRIPTOR_SET, health, v1, v1alpha].into_iter().flat_map(described).collect()
    });
    METHODS.get(path).map_or("other", String::as_str)
}

/// The methods of a description: `package.Service/Method`.
fn described(set: &[u8]) -> Vec<String> {
    let set = FileDescriptorSet::decode(set).expect("it was made by the build");
    let services = set.file.iter().flat_map(|file| file.service.iter().map(move |service| (file.package(), service)));
    let methods = services.flat_map(|(package, service)| {
        service.method.iter().map(move |method| format!("{package}.{}/{}", service.name(), method.name()))
    });
    methods.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_methods_are_known_and_what_a_caller_makes_up_is_other() {
        for method in [
            "gazetted.v1.EntityExtractionService/StreamExtractEntities",
            "gazetted.v1.GazetteerService/UpsertEntries",
            "grpc.health.v1.Health/Watch",
            "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
            "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        ] {
            assert_eq!(known(method), method);
        }
        for made_up in ["", "x", "gazetted.v1.EntityExtractionService/Extract"] {
            assert_eq!(known(made_up), "other");
        }
    }
}
