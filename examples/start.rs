//! dev
use gazetted::{extraction::*, gazetteer::*};
fn main() {
    let t = std::time::Instant::now();
    let g = Gazetteer::embedded();
    eprintln!("parse {:?}", t.elapsed());
    let l = Layers::stack(vec![g]);
    eprintln!("stack {:?}", t.elapsed());
    let l = Lexicon::new(l).unwrap();
    eprintln!("lexicon {:?} {} bytes", t.elapsed(), l.matcher().memory());
    eprintln!(
        "{}",
        std::fs::read_to_string("/proc/self/status")
            .unwrap()
            .lines()
            .filter(|l| l.starts_with("VmRSS") || l.starts_with("VmHWM"))
            .collect::<Vec<_>>()
            .join(" ")
    );
    std::mem::forget(l);
}
