//! Compiles `proto/` into Rust (messages, service, canonical JSON) and a descriptor set for
//! reflection, without protoc; and the lists of `gazetteers/` into what the binary embeds, by the
//! floors of the program that do it for users' lists. Nothing else happens at build time.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process,
};

use flate2::{Compression, write::GzEncoder};
use prost_build::Config;

/// The floors of the program up to the layer, which is what compiles lists. They use only what is
/// below them, so that they can be had alone.
#[path = "src"]
#[allow(dead_code, unreachable_pub, unused_imports)] // the program uses more of them
mod floors {
    pub(crate) mod gazetteer;
    pub(crate) mod layer;
    #[path = "extraction/letters.rs"]
    pub(crate) mod letters;
    pub(crate) mod matcher;
    pub(crate) mod text;
}
use floors::{gazetteer, layer, matcher, text};
#[path = "build/letters.rs"]
mod letters;

use gazetteer::Files;
use layer::Layer;

const PROTOS: [&str; 2] = ["gazetted/v1/extraction_service.proto", "gazetted/v1/gazetteer_service.proto"];

fn main() {
    // As it is meant to be read: a bad list is told by file and line.
    if let Err(error) = build() {
        eprintln!("{error}");
        process::exit(1);
    }
}

fn build() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=proto");
    println!("cargo::rerun-if-changed=gazetteers");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    compile_protos(&out)?;
    compile_gazetteers(&out)
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

/// Compiles the lists of names into `defaults.gaz`, learns `letters.bin` of their words, and packs their
/// files, with a list of them as (path, packed content) in `defaults.rs`.
fn compile_gazetteers(out: &Path) -> Result<(), Box<dyn Error>> {
    let lists = Files::at(Path::new("gazetteers"))?;
    fs::write(out.join("defaults.gaz"), Layer::read(&lists)?.pack())?;
    fs::write(out.join("letters.bin"), letters::learn(&lists)?)?;

    let mut code = String::from("[\n");
    for (number, file) in lists.paths().enumerate() {
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(&fs::read(file)?)?;
        let to = out.join(format!("{number}.gz"));
        fs::write(&to, packed.finish()?)?;
        let name = file.to_string_lossy().replace('\\', "/");
        writeln!(code, "    ({name:?}, include_bytes!({:?})),", to.to_string_lossy())?;
    }
    code.push_str("]\n");
    fs::write(out.join("defaults.rs"), code)?;
    Ok(())
}
