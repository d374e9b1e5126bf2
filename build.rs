//! Compiles `proto/` into Rust (messages, service, canonical JSON) and a descriptor set for
//! reflection, without protoc; and lists the files of `gazetteers/` for embedding.
//! Nothing else happens at build time.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use prost_build::Config;

const PROTOS: [&str; 2] = ["gazetted/v1/extraction_service.proto", "gazetted/v1/gazetteer_service.proto"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=proto");
    println!("cargo::rerun-if-changed=gazetteers");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    compile_protos(&out)?;
    list_gazetteers(&out)
}

fn compile_protos(out: &Path) -> Result<(), Box<dyn Error>> {
    let mut compiler = protox::Compiler::new(["proto"])?;
    compiler.include_imports(true).include_source_info(true).open_files(PROTOS)?;
    fs::write(out.join("descriptor.bin"), compiler.encode_file_descriptor_set())?;

    let descriptors = compiler.file_descriptor_set();
    let mut config = Config::new();
    config.extern_path(".google.protobuf", "::pbjson_types").compile_well_known_types();
    // Maps in a fixed order: equal answers have equal bytes.
    config.btree_map(["."]);
    tonic_prost_build::configure().compile_fds_with_config(descriptors, config)?;

    pbjson_build::Builder::new()
        .register_descriptors(&compiler.encode_file_descriptor_set())?
        .btree_map(["."])
        .extern_path(".google.protobuf", "::pbjson_types")
        .build(&[".gazetted.v1", ".google.rpc"])?;
    Ok(())
}

/// Writes `embedded.rs`: an array of (path, content) of all files below `gazetteers/`,
/// sorted by path.
fn list_gazetteers(out: &Path) -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("gazetteers");
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let mut code = String::from("[\n");
    for file in files {
        let name = file.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
        writeln!(code, "    ({name:?}, include_str!({:?})),", file.to_string_lossy())?;
    }
    code.push_str("]\n");
    fs::write(out.join("embedded.rs"), code)?;
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "jsonl" || e == "txt" || e == "toml") {
            files.push(path);
        }
    }
    Ok(())
}
