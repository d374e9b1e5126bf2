//! Soaks a real server in ways that no other test does: changes beside clients at full speed,
//! sudden ends, and files that go bad. It fails when a promise is broken, never for being
//! slow; it prints what it measures.
//!
//! As a test it does a few rounds. For more, in a release build:
//!
//! ```sh
//! SOAK_NAMES=1000000 SOAK_CHANGES=1000 SOAK_KILLS=50 SOAK_RELOADS=200 cargo test --release --test soak
//! SOAK=kills SOAK_KILLS=50 SOAK_SEED=7 cargo test --release --test soak
//! ```
//!
//! `SOAK_LIVE` is how many entries are written by call before `changes` begins; `SOAK` names what to run, of `changes,kills,reloads`; `SOAK_SEED` repeats the choices of a run.

mod changes;
mod kills;
mod process;
mod reloads;

use std::{
    env,
    time::{SystemTime, UNIX_EPOCH},
};

/// How much of what.
struct Settings {
    /// Names of the large gazetteer.
    names: usize,
    /// Entries that are written by call before anything is measured.
    live: usize,
    changes: usize,
    kills: usize,
    reloads: usize,
    seed: u64,
}

fn main() {
    let number = |name: &str, default: u64| match env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} is {text:?}, which is no number")),
        Err(_) => default,
    };
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |age| age.as_nanos() as u64);
    let settings = Settings {
        names: number("SOAK_NAMES", 1000) as usize,
        live: number("SOAK_LIVE", 0) as usize,
        changes: number("SOAK_CHANGES", 40) as usize,
        kills: number("SOAK_KILLS", 2) as usize,
        reloads: number("SOAK_RELOADS", 12) as usize,
        seed: number("SOAK_SEED", clock),
    };
    let wanted = env::var("SOAK").unwrap_or_else(|_| "changes,kills,reloads".to_owned());
    println!("soak {wanted} with SOAK_SEED={}", settings.seed);
    let runtime = tokio::runtime::Runtime::new().expect("the system has threads");
    for name in wanted.split(',') {
        match name {
            "changes" => runtime.block_on(changes::run(&settings)),
            "kills" => runtime.block_on(kills::run(&settings)),
            "reloads" => runtime.block_on(reloads::run(&settings)),
            other => panic!("SOAK names {other:?}; there are changes, kills and reloads"),
        }
    }
}

/// Numbers by chance, the same for the same seed (xorshift64*).
struct Chance(u64);

impl Chance {
    fn new(seed: u64) -> Chance {
        Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below a limit.
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % limit
    }
}

/// The median, the 99th percentile and the most of times, in milliseconds.
fn times(mut ms: Vec<f64>) -> String {
    if ms.is_empty() {
        return "none".to_owned();
    }
    ms.sort_by(f64::total_cmp);
    let at = |part: f64| ms[((ms.len() - 1) as f64 * part) as usize];
    format!("median {:.2} ms, p99 {:.2} ms, most {:.2} ms", at(0.5), at(0.99), at(1.0))
}
