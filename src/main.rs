//! trial
use gazetted::{extraction::*, gazetteer::*};
fn main() {
    let t = std::time::Instant::now();
    let lexicon = Lexicon::new(Layers::stack(vec![Gazetteer::embedded()])).unwrap();
    eprintln!("{:?} {} entries {} bytes", t.elapsed(), lexicon.entries().len(), lexicon.matcher().memory());
    let text = std::io::read_to_string(std::io::stdin()).unwrap();
    let options = Options { explain: true, ..Options::default() };
    let found = extract(&Article { title: "", body: &text }, &lexicon, &options);
    for e in &found.entities {
        println!("{} {} {:?} {} {}", e.entity_type, e.name, e.entry.map(|e| e.id.as_str()), e.confidence, e.salience);
        for m in &e.mentions {
            println!("    {:?} {:?} {}", m.span.of(&text), m.kind, m.explanation.as_ref().unwrap().summary);
        }
    }
}
