//! spaCy: the patterns of an EntityRuler or SpanRuler, one JSON object a line.
//!
//! A pattern is a name: a string, or tokens that each ask for one text (`ORTH`, `TEXT`) or one
//! text in any case (`LOWER`). Patterns that ask for anything else are skipped: we match names,
//! not grammar. Patterns with one id are the names of one entry wherever they stand in the file,
//! so all of them are held until its end.

use std::io::BufRead;

use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    Alias, AliasKind, CaseRule, Entry, ImportError, Reason, Sink, Skip, Types, alias_kind, entry, id, lines, slug,
};
use crate::gazetteer::form;

const TYPES: &str = include_str!("spacy.tsv");

/// What may be chosen of spaCy's patterns.
#[derive(Clone, Debug)]
pub struct Spacy {
    /// What labels are with us.
    pub types: Types,
}

impl Default for Spacy {
    fn default() -> Self {
        Spacy { types: Types::embedded(TYPES) }
    }
}

#[derive(Deserialize)]
struct Line {
    label: String,
    pattern: Value,
    id: Option<String>,
}

impl Spacy {
    pub(super) fn read(&self, input: &mut dyn BufRead, sink: &mut Sink<'_>) -> Result<(), ImportError> {
        let (mut entries, mut numbers) = (Vec::<(u64, Entry)>::new(), FxHashMap::default());
        lines::each(input, sink, |line, number, sink| {
            match self.pattern(line) {
                Ok(new) => {
                    let known = *numbers.entry(new.id.clone()).or_insert(entries.len());
                    match entries.get_mut(known) {
                        Some((_, entry)) => join(entry, new),
                        None => entries.push((number, new)),
                    }
                }
                Err(skip) => sink.skip(number, &skip)?,
            }
            Ok(())
        })?;
        entries.into_iter().try_for_each(|(number, entry)| sink.add(number, entry))
    }

    fn pattern(&self, line: &str) -> Result<Entry, Skip> {
        let Line { label, pattern, id: key } = lines::json::<Line>(line)?;
        let Some(meaning) = self.types.get(&label) else {
            return Err(Skip::new(Reason::NoType, "label", format!("{label:?} is not in the table of types")));
        };
        let (text, case) = match pattern {
            Value::String(text) => (text, CaseRule::Smart),
            Value::Array(tokens) => text_of(&tokens)?,
            _ => return Err(Skip::malformed("pattern", "neither a string nor a list of tokens")),
        };
        let key = key.as_deref().filter(|key| !slug(key).is_empty()).unwrap_or(&text);
        let mut entry = entry(meaning.entity_type, &meaning.kind, id(meaning.entity_type, key, ""), &text);
        entry.aliases[0].case = case;
        Ok(entry)
    }
}

/// Adds the name of a pattern to the entry that has its id.
fn join(entry: &mut Entry, new: Entry) {
    let entity_type = entry.entity_type;
    for mut alias in new.aliases {
        let same = entry.aliases.iter_mut().find(|known| form(&known.text) == form(&alias.text));
        if let Some(known) = same {
            // Two patterns of one name: what either finds is to be found.
            known.case = looser(known.case, alias.case);
        } else {
            alias.kind =
                if alias.case == CaseRule::Ignore { AliasKind::Name } else { alias_kind(&alias.text, entity_type) };
            entry.aliases.push(alias);
        }
    }
    prefer_capitals(&mut entry.aliases);
}

/// A name of `LOWER` tokens is no name to show when there is another.
fn prefer_capitals(aliases: &mut [Alias]) {
    if aliases[0].case == CaseRule::Ignore
        && let Some(better) = aliases.iter().position(|a| a.case != CaseRule::Ignore && a.kind == AliasKind::Name)
    {
        aliases.swap(0, better);
    }
}

fn looser(a: CaseRule, b: CaseRule) -> CaseRule {
    match (a, b) {
        (CaseRule::Ignore, _) | (_, CaseRule::Ignore) => CaseRule::Ignore,
        (CaseRule::Smart, _) | (_, CaseRule::Smart) => CaseRule::Smart,
        _ => CaseRule::Exact,
    }
}

/// The text that tokens spell, and whether its case matters.
fn text_of(tokens: &[Value]) -> Result<(String, CaseRule), Skip> {
    let (mut text, mut rules) = (String::new(), Vec::new());
    for (index, token) in tokens.iter().enumerate() {
        let field = || format!("pattern[{index}]");
        let Value::Object(token) = token else {
            return Err(Skip::malformed(field(), "a token is not an object"));
        };
        let (attribute, word) = only_text(token).map_err(|problem| Skip::new(Reason::Unsupported, field(), problem))?;
        rules.push(if attribute == "LOWER" { CaseRule::Ignore } else { CaseRule::Exact });
        let glued =
            text.ends_with(['-', '–', '/', '\'', '’']) || word.starts_with(['-', '–', '/', '\'', '’', '.', ',']);
        if !text.is_empty() && !glued {
            text.push(' ');
        }
        text.push_str(word);
    }
    let case = rules.first().copied().unwrap_or_default();
    if rules.iter().any(|&rule| rule != case) {
        let problem = "some tokens ask for their case and some do not";
        return Err(Skip::new(Reason::Unsupported, "pattern", problem));
    }
    Ok((text, case))
}

/// What a token asks for, if that is one text.
fn only_text(token: &Map<String, Value>) -> Result<(&str, &str), String> {
    let other = token.keys().find(|key| !["LOWER", "ORTH", "TEXT"].contains(&key.to_ascii_uppercase().as_str()));
    if let Some(other) = other {
        return Err(format!("asks for {other}; only LOWER, ORTH and TEXT are names"));
    }
    let mut pairs = token.iter();
    match (pairs.next(), pairs.next()) {
        (Some((key, Value::String(word))), None) => {
            Ok((if key.eq_ignore_ascii_case("LOWER") { "LOWER" } else { "TEXT" }, word))
        }
        (Some((key, _)), None) => Err(format!("{key} is not one text")),
        (None, _) => Err("any token would do".to_owned()),
        (Some(_), Some(_)) => Err("asks for more than one text".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &str) -> (String, Vec<String>) {
        let (mut out, mut log) = (Vec::new(), Vec::new());
        let mut sink = Sink::new("x", &mut out, &mut log);
        Spacy::default().read(&mut content.as_bytes(), &mut sink).unwrap();
        let log = String::from_utf8(log).unwrap().lines().map(str::to_owned).collect();
        (String::from_utf8(out).unwrap(), log)
    }

    #[test]
    fn patterns_of_one_id_are_names_of_one_entry() {
        let (out, log) = read(concat!(
            r#"{"label":"ORG","pattern":[{"LOWER":"coca"},{"ORTH":"-"},{"LOWER":"cola"}],"id":"coke"}"#,
            "\n",
            r#"{"label":"ORG","pattern":[{"LOWER":"vantor"},{"LOWER":"bank"}],"id":"Vantor Bank"}"#,
            "\n",
            r#"{"label":"GPE","pattern":"Orvale"}"#,
            "\n",
            r#"{"label":"ORG","pattern":"Vantor Bank plc","id":"Vantor Bank"}"#,
            "\n",
            r#"{"label":"ORG","pattern":"VB","id":"Vantor Bank"}"#,
            "\n",
            r#"{"label":"GPE","pattern":[{"TEXT":"Orvale"}]}"#,
        ));
        let expected = [
            r#"{"id":"organization/vantor-bank","type":"ORGANIZATION","name":"Vantor Bank plc","aliases":[{"text":"vantor bank","case":"ignore"},{"text":"VB","kind":"acronym"}]}"#,
            r#"{"id":"location/orvale","type":"LOCATION","name":"Orvale"}"#,
        ];
        assert_eq!(out.lines().collect::<Vec<_>>(), expected);
        assert_eq!(log, ["x:1: pattern: some tokens ask for their case and some do not"]);
    }

    #[test]
    fn what_is_no_name_is_skipped_with_its_place() {
        let (out, log) = read(concat!(
            r#"{"label":"DATE","pattern":"May"}"#,
            "\n",
            r#"{"label":"ORG","pattern":[{"TEXT":"X"},{"POS":"NOUN","OP":"+"}]}"#,
            "\n",
            r#"{"label":"ORG","pattern":[{"TEXT":{"REGEX":"x"}}]}"#,
            "\n",
            r#"{"label":"ORG","pattern":[{}]}"#,
            "\n",
            r#"{"label":"ORG","pattern":[]}"#,
            "\n",
            r#"{"label":"ORG","pattern":7}"#,
            "\n",
            r#"{"label":"ORG","pattern":["x"]}"#,
            "\n",
            r#"{"label":"ORG"}"#,
        ));
        assert_eq!(out, "");
        let expected = [
            "x:1: label: \"DATE\" is not in the table of types",
            "x:2: pattern[1]: asks for OP; only LOWER, ORTH and TEXT are names",
            "x:3: pattern[0]: TEXT is not one text",
            "x:4: pattern[0]: any token would do",
            "x:6: pattern: neither a string nor a list of tokens",
            "x:7: pattern[0]: a token is not an object",
            "x:8: missing field `pattern` at column 15",
            "x:5: name: \"\" has no word to look for",
        ];
        assert_eq!(log, expected);
    }
}
