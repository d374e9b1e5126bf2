//! dev
use gazetted::{extraction::*, gazetteer::*, text::*};
use std::io::BufRead;
fn main() {
    let lexicon = Lexicon::new(Layers::stack(vec![Gazetteer::embedded()])).unwrap();
    let out = std::env::args().nth(1).unwrap();
    for path in std::env::args().skip(2) {
        let t = std::time::Instant::now();
        let mut bytes = 0;
        let name = std::path::Path::new(&path).file_name().unwrap().to_string_lossy().into_owned();
        let mut lines = String::new();
        for line in std::io::BufReader::new(std::fs::File::open(&path).unwrap()).lines() {
            let v: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
            let text = v["text"].as_str().unwrap();
            bytes += text.len();
            let options = Options { explain: true, ..Options::default() };
            let found = extract(&Article { title: "", body: text }, &lexicon, &options);
            let offsets = Offsets::new(text, OffsetUnit::CodePoints);
            let mut ents = vec![];
            for e in &found.entities {
                for m in &e.mentions {
                    ents.push(serde_json::json!({"start": offsets.convert(m.span.begin), "end": offsets.convert(m.span.end), "type": e.entity_type.name(),
                  "text": m.span.of(text), "why": m.explanation.as_ref().unwrap().evidence.iter().map(|e| format!("{}:{}", e.rule, e.weight)).collect::<Vec<_>>().join(" ")}));
                }
            }
            lines += &serde_json::json!({"id": v["id"], "text": text, "entities": ents}).to_string();
            lines.push('\n');
        }
        eprintln!("{name} {} bytes {:?}", bytes, t.elapsed());
        std::fs::write(format!("{out}/{name}"), lines).unwrap();
    }
}
