//! The arguments that become [`Options`]: shared by the commands that extract.

use clap::ValueEnum;

use crate::extraction::{Options, Overlaps, Suppressed};

/// What counts as found.
#[derive(Debug, clap::Args)]
pub(super) struct OptionArgs {
    /// Leave out mentions below this confidence, 0 to 1.
    #[arg(long, value_name = "X", default_value_t = 0.0, value_parser = fraction)]
    min_confidence: f32,
    /// What to do with names inside names.
    #[arg(long, value_enum, default_value_t = OverlapsArg::Longest)]
    overlaps: OverlapsArg,
    /// Leave out names that no gazetteer has.
    #[arg(long)]
    no_unlisted: bool,
    /// Report demonyms ("German") as mentions of their place.
    #[arg(long)]
    demonyms: bool,
    /// Do not report this name, in any case and with or without accents. May be given several
    /// times.
    #[arg(long, value_name = "NAME")]
    suppress: Vec<String>,
}

/// What to do with names inside names.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum OverlapsArg {
    /// Keep the longest only.
    Longest,
    /// Keep names of other entities inside a longer one too.
    Nested,
}

impl OptionArgs {
    /// The options that the arguments ask for.
    pub(super) fn options(&self) -> Options {
        Options {
            min_confidence: self.min_confidence,
            overlaps: match self.overlaps {
                OverlapsArg::Longest => Overlaps::Longest,
                OverlapsArg::Nested => Overlaps::Nested,
            },
            unlisted_names: !self.no_unlisted,
            demonyms: self.demonyms,
            suppressed: Suppressed::new(self.suppress.iter().map(String::as_str)),
            ..Options::default()
        }
    }
}

/// Reads a number between 0 and 1.
pub(super) fn fraction(text: &str) -> Result<f32, String> {
    let number = text.parse::<f32>().map_err(|error| error.to_string())?;
    if (0.0..=1.0).contains(&number) { Ok(number) } else { Err("not between 0 and 1".to_owned()) }
}
