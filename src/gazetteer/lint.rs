//! The lint: what is wrong in drafts of gazetteers, what is well formed but probably not meant,
//! and what their writers may want to know.
//!
//! It reads lists as the matcher would read them, but searches no text.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
};

use super::{Alias, AliasKind, CaseRule, ClueClass, ClueList, Draft, EntityType, Entry, EntryId, Place, continent};
use crate::text::{Joint, Shape, Words, fold};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Note,
    /// Probably not meant.
    Warning,
    /// Wrong.
    Error,
}

impl Severity {
    /// All three, the worst first.
    pub const ALL: [Severity; 3] = [Self::Error, Self::Warning, Self::Note];

    /// The name in lower case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Something that the writer of a list should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub place: Place,
    /// How much it matters.
    pub severity: Severity,
    /// The id of the entry; empty when the line could not be read as one.
    pub entry: String,
    /// What about it.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: ", self.place, self.severity.name())?;
        if !self.entry.is_empty() {
            write!(f, "{}: ", self.entry)?;
        }
        f.write_str(&self.message)
    }
}

/// Looks through drafts that will lie one on another, lowest first, on the entries `below`.
/// The findings come in the order of the drafts, files and lines. Linear in the names, but for
/// the names of one entry among themselves.
#[must_use]
pub fn lint(drafts: &[Draft], below: &[Entry]) -> Vec<Finding> {
    let words = |class| {
        let lists = ClueList::embedded().into_iter().filter(move |list| list.class == class);
        lists.flat_map(|list| list.phrases).map(fold).collect()
    };
    let lists = Lists { common: words(ClueClass::CommonWord), function: words(ClueClass::FunctionWord) };
    let all = Stack::of(drafts, below);
    let mut findings = Vec::new();
    for (draft, read) in drafts.iter().enumerate() {
        for bad in &read.problems {
            let place = Place { file: bad.file.as_str().into(), line: bad.line };
            let colon = if bad.field.is_empty() { "" } else { ": " };
            let message = format!("{}{colon}{}", bad.field, bad.problem);
            findings.push((draft, Finding { place, severity: Severity::Error, entry: String::new(), message }));
        }
        for (entry, place) in read.entries.iter().zip(&read.places) {
            let mut report = Report { entry, draft, place, findings: &mut findings };
            names(&lists, &mut report);
            facts(&mut report);
            relations(&all, &mut report);
            replaced(&all, &mut report);
        }
    }
    shared_names(&all, &mut findings);
    let key = |(draft, finding): &(usize, Finding)| (*draft, finding.place.file.clone(), finding.place.line);
    findings.sort_by_cached_key(key);
    findings.into_iter().map(|(_, finding)| finding).collect()
}

/// Words that names must not be mistaken for, folded.
struct Lists {
    common: HashSet<String>,
    function: HashSet<String>,
}

/// Takes what is found about one entry.
struct Report<'a> {
    entry: &'a Entry,
    /// The number of its draft.
    draft: usize,
    place: &'a Place,
    /// All findings, with the numbers of their drafts.
    findings: &'a mut Vec<(usize, Finding)>,
}

impl Report<'_> {
    fn add(&mut self, severity: Severity, message: String) {
        let entry = self.entry.id.to_string();
        self.findings.push((self.draft, Finding { place: self.place.clone(), severity, entry, message }));
    }
}

/// An entry in the stack that the drafts make.
#[derive(Clone, Copy)]
struct Listed<'a> {
    entry: &'a Entry,
    /// The number of its draft and its place there; none for an entry below the drafts.
    origin: Option<(usize, &'a Place)>,
}

/// All entries, with those that a higher draft replaces.
struct Stack<'a> {
    /// By id, the lowest first.
    by_id: HashMap<&'a EntryId, Vec<Listed<'a>>>,
    /// The ids in the order in which they first came.
    order: Vec<&'a EntryId>,
}

impl<'a> Stack<'a> {
    fn of(drafts: &'a [Draft], below: &'a [Entry]) -> Stack<'a> {
        let mut stack = Stack { by_id: HashMap::new(), order: Vec::new() };
        let below = below.iter().map(|entry| Listed { entry, origin: None });
        let above = drafts.iter().enumerate().flat_map(|(number, draft)| {
            let entries = draft.entries.iter().zip(&draft.places);
            entries.map(move |(entry, place)| Listed { entry, origin: Some((number, place)) })
        });
        for listed in below.chain(above) {
            let same = stack.by_id.entry(&listed.entry.id).or_insert_with(|| {
                stack.order.push(&listed.entry.id);
                Vec::new()
            });
            same.push(listed);
        }
        stack
    }

    /// The entry in force.
    fn get(&self, id: &EntryId) -> Option<Listed<'a>> {
        self.by_id.get(id).and_then(|same| same.last()).copied()
    }

    /// The entries in force.
    fn in_force(&self) -> impl Iterator<Item = Listed<'a>> {
        self.order.iter().filter_map(|id| self.get(id))
    }
}

fn names(lists: &Lists, report: &mut Report<'_>) {
    let entry = report.entry;
    let names = entry.aliases.iter().map(|alias| (alias, Words::read(&alias.text))).collect::<Vec<_>>();
    for (index, (alias, words)) in names.iter().enumerate() {
        let text = &alias.text;
        let surface = surface(words);
        let full = !matches!(alias.kind, AliasKind::Acronym | AliasKind::Short);
        if full && surface.chars().count() < 3 && text.contains(char::is_lowercase) {
            report.add(
                Severity::Warning,
                format!("{text:?} is shorter than three letters and neither an acronym nor a short form"),
            );
        }
        let only = |words: &HashSet<String>| surface.split(' ').all(|word| words.contains(word));
        if only(&lists.function) && !stands_in_capitals(alias, words) {
            report.add(Severity::Warning, format!("{text:?} is function words only and is found in any sentence"));
        } else if words.len() == 1 && only(&lists.common) && !keeps_a_capital(alias, words) {
            let message = format!("{text:?} is a common word and may stand in lower case");
            report.add(Severity::Warning, message);
        }
        if words.get(0).is_some_and(crate::text::Word::is_address) {
            let message = format!("{text:?} begins with a web or mail address, in which no name is found");
            report.add(Severity::Warning, message);
        }
        // The canonical name is there to be shown, whatever else finds the entry; of two equal
        // aliases the second is the one too many.
        let mut others = names.iter().enumerate().filter(|(other, _)| index > 0 && *other != index);
        let covering =
            others.find(|(at, other)| covers(other, &names[index]) && (*at < index || !covers(&names[index], other)));
        if let Some((_, (other, _))) = covering {
            report.add(Severity::Warning, format!("{text:?} finds nothing that {:?} does not", other.text));
        }
    }
}

/// The folded words with single spaces between.
fn surface(words: &Words<'_>) -> String {
    (0..words.len()).map(|i| words.folded(i)).collect::<Vec<_>>().join(" ")
}

/// Whether a name is held to capitals that no running text gives its words.
fn stands_in_capitals(alias: &Alias, words: &Words<'_>) -> bool {
    match alias.case {
        CaseRule::Smart => is_all_capitals(words),
        CaseRule::Exact => alias.text.contains(char::is_uppercase),
        CaseRule::Ignore => false,
    }
}

/// Whether the case rule demands a capital of a name of one word.
fn keeps_a_capital(alias: &Alias, words: &Words<'_>) -> bool {
    alias.case != CaseRule::Ignore && words.as_slice().iter().any(|w| !matches!(w.shape, Shape::Lower | Shape::Uncased))
}

fn is_all_capitals(words: &Words<'_>) -> bool {
    words.as_slice().iter().all(|w| matches!(w.shape, Shape::AllCapitals | Shape::Initial | Shape::Digits))
}

/// Whether a name is found wherever another of the same kind is: the same words, capitals that
/// stand where the other's stand, and joints that see through the other's.
fn covers((alias, words): &(&Alias, Words<'_>), (other, others): &(&Alias, Words<'_>)) -> bool {
    let mut pairs = words.as_slice().iter().zip(others.as_slice());
    let capitals = match alias.case {
        CaseRule::Smart => is_all_capitals(words) == is_all_capitals(others),
        CaseRule::Ignore => true,
        // The same letters are no two names.
        CaseRule::Exact => false,
    };
    let sees = |joint: Joint, other: Joint| {
        joint == other || joint == Joint::Space && matches!(other, Joint::Hyphen | Joint::FullStop)
    };
    (alias.kind, alias.case) == (other.kind, other.case)
        && surface(words) == surface(others)
        && capitals
        && pairs.all(|(w, o)| {
            let upper = alias.case == CaseRule::Ignore || w.is_upper_first() == o.is_upper_first();
            upper && sees(w.joint, o.joint)
        })
}

fn facts(report: &mut Report<'_>) {
    let entry = report.entry;
    let country = entry.country.as_str();
    if !country.is_empty() && continent(country).is_none() {
        report.add(Severity::Error, format!("{country:?} is no country's code (ISO 3166-1 alpha-2)"));
    }
    if compare(&entry.end, &entry.begin) == Ordering::Less {
        report.add(Severity::Error, format!("ends {} before it begins {}", entry.end, entry.begin));
    }
    let prefix = entry.id.as_str().split_once('/').map_or("", |(prefix, _)| prefix);
    let others = EntityType::ALL.into_iter().filter(|&other| other != entry.entity_type);
    if others.map(|other| other.name().to_lowercase()).any(|other| other == prefix) {
        report.add(Severity::Warning, format!("its id says {prefix}, its type {}", entry.entity_type));
    }
}

/// Compares dates as far as both go: 2020 is neither before nor after 2020-05.
fn compare(date: &str, other: &str) -> Ordering {
    let common = date.len().min(other.len());
    date.as_bytes()[..common].cmp(&other.as_bytes()[..common])
}

fn relations(all: &Stack<'_>, report: &mut Report<'_>) {
    let entry = report.entry;
    for related in &entry.related {
        if related == &entry.id {
            report.add(Severity::Warning, "is related to itself".to_owned());
        } else if all.get(related).is_none() {
            report.add(Severity::Warning, format!("related {related} is no entry"));
        }
    }
    if let Some(place) = leads_back(all, entry) {
        report.add(Severity::Warning, format!("lies in itself: {} is within it and around it", place.id));
    }
}

/// The place that a place lies in and that lies in it, near or far.
fn leads_back<'a>(all: &Stack<'a>, entry: &'a Entry) -> Option<&'a Entry> {
    let mut seen = HashSet::new();
    let mut around = places_around(all, entry).collect::<Vec<_>>();
    while let Some(place) = around.pop() {
        if places_around(all, place).any(|other| other.id == entry.id) {
            return Some(place);
        }
        if seen.insert(&place.id) {
            around.extend(places_around(all, place));
        }
    }
    None
}

/// The places that a place lies in: its related ones, but for those of its own kind, which
/// may be neighbors. People and others are related as they like.
fn places_around<'a>(all: &Stack<'a>, entry: &'a Entry) -> impl Iterator<Item = &'a Entry> {
    let is_place = |entry: &Entry| entry.entity_type == EntityType::Location;
    let related = entry.related.iter().filter(move |_| is_place(entry)).filter_map(|id| all.get(id));
    related.map(|listed| listed.entry).filter(move |other| is_place(other) && other.kind != entry.kind)
}

/// An entry of a lower draft, or below the drafts, of the same id. (Twice in one draft is a
/// problem of the draft.)
fn replaced(all: &Stack<'_>, report: &mut Report<'_>) {
    let same = all.by_id.get(&report.entry.id).map_or(&[][..], Vec::as_slice);
    let lower = same.iter().rev().find(|other| other.origin.is_none_or(|(draft, _)| draft < report.draft));
    match lower {
        Some(Listed { origin: Some((_, place)), .. }) => {
            report.add(Severity::Warning, format!("replaces the entry at {place}"));
        }
        // The same entry below is the same list, checked from its file.
        Some(Listed { entry, origin: None }) if *entry != report.entry => {
            report.add(Severity::Note, "replaces the entry of the gazetteer below".to_owned());
        }
        _ => {}
    }
}

/// Surface forms that mean several entries: good to know; wrong when nothing tells the entries
/// apart. Each is told once, at its last entry.
fn shared_names(all: &Stack<'_>, findings: &mut Vec<(usize, Finding)>) {
    let mut by_surface: BTreeMap<String, Vec<Listed<'_>>> = BTreeMap::new();
    for listed in all.in_force() {
        for alias in &listed.entry.aliases {
            let entries = by_surface.entry(surface(&Words::read(&alias.text))).or_default();
            if entries.last().is_none_or(|last| last.entry.id != listed.entry.id) {
                entries.push(listed);
            }
        }
    }
    for (surface, entries) in by_surface.into_iter().filter(|(_, entries)| entries.len() > 1) {
        // The last one, so that the finding is at the line that was added; none when all lie below.
        let last = entries.iter().filter_map(|listed| Some((listed.entry, listed.origin?)));
        let Some((entry, (draft, place))) = last.max_by_key(|(_, (draft, _))| *draft) else { continue };
        let mut report = Report { entry, draft, place, findings };
        match entries.iter().find(|other| other.entry.id != entry.id && is_twin(entry, other.entry)) {
            Some(Listed { entry: twin, origin }) => {
                let at = origin.map_or_else(String::new, |(_, place)| format!(" at {place}"));
                let message = format!("{surface:?} is {}{at} too, and nothing tells the two apart", twin.id);
                let same_file = origin.is_some_and(|(_, other)| other.file == place.file);
                report.add(if same_file { Severity::Error } else { Severity::Warning }, message);
            }
            None => report.add(Severity::Note, format!("{surface:?} is shared: {}", priors(&entries))),
        }
    }
}

/// Entries of one name and how likely it means each before the article is read.
fn priors(entries: &[Listed<'_>]) -> String {
    let mut entries = entries.iter().map(|listed| listed.entry).collect::<Vec<_>>();
    entries.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.id.cmp(&b.id)));
    let total = entries.iter().map(|entry| entry.weight).sum::<f32>();
    let even = 1.0 / entries.len() as f32;
    let prior = |entry: &Entry| if total > 0.0 { entry.weight / total } else { even };
    entries.iter().map(|entry| format!("{} {:.0}%", entry.id, prior(entry) * 100.0)).collect::<Vec<_>>().join(", ")
}

/// Whether two entries of a name are of one type, country and kind, without words of context
/// that would tell them apart.
fn is_twin(entry: &Entry, other: &Entry) -> bool {
    (entry.entity_type, &entry.country, &entry.kind) == (other.entity_type, &other.country, &other.kind)
        && (entry.context == other.context || entry.context.is_empty() || other.context.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::Files;

    /// The drafts of gazetteers of one file each, given as (name, lines).
    fn drafts(files: &[(&str, &str)]) -> Vec<Draft> {
        let file = |&(name, lines): &(&str, &str)| {
            Draft::of(&Files::in_memory("test", [(name.to_owned(), lines.as_bytes())])).unwrap()
        };
        files.iter().map(file).collect()
    }

    fn found(lines: &str) -> Vec<String> {
        lint(&drafts(&[("x", lines)]), &[]).iter().map(ToString::to_string).collect()
    }

    /// What is found about one person of these names, without its place, severity and id.
    fn about(names: &str) -> Vec<String> {
        let line = format!(r#"{{"id":"a","type":"PERSON","name":"Zed Quux","aliases":[{names}]}}"#);
        found(&line).iter().map(|finding| finding.replacen("x:1: warning: a: ", "", 1)).collect()
    }

    #[test]
    fn bad_lines_and_ids_given_twice_are_errors_beside_the_rest() {
        let lines = r#"{"id":"a","type":"PERSON","name":"Ann Roe","weight":2}
{"id":"b","type":"PERSON","name":"Bea Roe","related":["b"]}
{"id":"b","type":"PERSON","name":"Bo Roe"}
{"id":"#;
        assert_eq!(
            found(lines),
            [
                "x:1: error: weight: 2 is not between 0 and 1",
                "x:2: warning: b: is related to itself",
                "x:3: error: id: \"b\" is already at x:2",
                "x:4: error: id: EOF while parsing a value at column 6",
            ]
        );
    }

    #[test]
    fn an_id_of_a_lower_draft_or_below_is_replaced() {
        let line = r#"{"id":"a","type":"PERSON","name":"Ann Roe"}"#;
        let below = drafts(&[("below", &line.replace("Roe", "Doe"))]).remove(0).entries;
        let findings = lint(&drafts(&[("x", line), ("y", line)]), &below);
        let told = findings.iter().map(ToString::to_string).collect::<Vec<_>>();
        let expected =
            ["x:1: note: a: replaces the entry of the gazetteer below", "y:1: warning: a: replaces the entry at x:1"];
        assert_eq!(told, expected);
        assert_eq!(lint(&drafts(&[("x", line)]), &drafts(&[("y", line)])[0].entries), []);
    }

    #[test]
    fn shared_names_are_told_once_with_priors_unless_nothing_tells_them_apart() {
        let first = r#"{"id":"a","type":"LOCATION","kind":"city","name":"Quux","country":"US","context":["ohio"],"weight":0.6}"#;
        let with = |other: &str| found(&format!("{first}\n{other}"));
        let other = r#"{"id":"b","type":"LOCATION","kind":"city","name":"Zed","aliases":["QUUX"],"country":"US","context":["iowa"],"weight":0.2}"#;
        assert_eq!(with(other), [r#"x:2: note: b: "quux" is shared: a 75%, b 25%"#]);
        assert_eq!(with(&other.replace("US", "GB").replace("iowa", "ohio")).len(), 1);
        let twin = r#"x:2: error: b: "quux" is a at x:1 too, and nothing tells the two apart"#;
        assert_eq!(with(&other.replace("iowa", "ohio")), [twin]);
        assert_eq!(with(r#"{"id":"b","type":"LOCATION","kind":"city","name":"Quux","country":"US"}"#), [twin]);

        let two = drafts(&[("x", first), ("y", &other.replace("iowa", "ohio"))]);
        assert_eq!(lint(&two, &[])[0].severity, Severity::Warning, "other files may be other points of view");
        assert_eq!(
            lint(&two[1..], &two[0].entries)[0].to_string(),
            twin.replace("x:2: error", "y:1: warning").replace(" at x:1", "")
        );
        assert_eq!(lint(&drafts(&[("z", "")]), &two[0].entries), []);
    }

    #[test]
    fn common_words_need_a_capital() {
        let told = |text| [format!("{text:?} is a common word and may stand in lower case")];
        assert_eq!(about(r#""apple""#), told("apple"));
        assert_eq!(about(r#"{"text":"apple","case":"exact"}"#), told("apple"));
        assert_eq!(about(r#"{"text":"Apple","case":"ignore"}"#), told("Apple"));
        let protected = r#""Apple",{"text":"IT","kind":"acronym"},{"text":"LeT","kind":"short"},"Best Buy""#;
        assert_eq!(about(protected), [""; 0]);
    }

    #[test]
    fn function_words_are_no_name_unless_in_capitals() {
        for text in ["Who", "The Who", "of the"] {
            assert_eq!(
                about(&format!("{text:?}")),
                [format!("{text:?} is function words only and is found in any sentence")]
            );
        }
        assert_eq!(about(r#"{"text":"WHO","kind":"acronym"},{"text":"The Who","case":"exact"},"The Whom""#), [""; 0]);
    }

    #[test]
    fn short_names_are_acronyms_or_short_forms() {
        let told = r#""Xy" is shorter than three letters and neither an acronym nor a short form"#;
        assert_eq!(about(r#""Xy""#), [told]);
        assert_eq!(about(r#"{"text":"Xy","kind":"short"},"XZ","北京",{"text":"X.q.","kind":"acronym"}"#), [""; 0]);
    }

    #[test]
    fn an_alias_that_finds_nothing_more_is_one_too_many() {
        let told = |alias, other| [format!("{alias:?} finds nothing that {other:?} does not")];
        assert_eq!(about(r#""Zéd Quux""#), told("Zéd Quux", "Zed Quux"));
        assert_eq!(about(r#""Zed-Quux""#), told("Zed-Quux", "Zed Quux"));
        assert_eq!(about(r#""Foo-Bar Inc","Foo Bar Inc""#), told("Foo-Bar Inc", "Foo Bar Inc"));
        assert_eq!(
            about(r#"{"text":"Foo Bar","case":"ignore"},{"text":"FOO BAR","case":"ignore"}"#),
            told("FOO BAR", "Foo Bar")
        );
        // Other capitals, another kind, letter for letter, an acronym: more is found.
        let more =
            r#""Zed quux",{"text":"Zed Quux","kind":"short"},{"text":"Zéd Quux","case":"exact"},"ZED QUUX","Zedquux""#;
        assert_eq!(about(more), [""; 0]);
    }

    #[test]
    fn names_that_no_text_can_hold_are_told() {
        assert_eq!(
            about(r#""@zedquux""#),
            [r#""@zedquux" begins with a web or mail address, in which no name is found"#]
        );
        for name in ["…", "\u{640}", &"a ".repeat(17)] {
            let line = format!(r#"{{"id":"a","type":"PERSON","name":{}}}"#, serde_json::to_string(name).unwrap());
            assert!(found(&line)[0].starts_with("x:1: error: name: "), "{name}");
        }
    }

    #[test]
    fn countries_have_codes_and_ids_agree_with_types() {
        let told = found(r#"{"id":"location/x","type":"PERSON","name":"Ann Roe","country":"ZZ"}"#);
        let expected = [
            r#"x:1: error: location/x: "ZZ" is no country's code (ISO 3166-1 alpha-2)"#,
            "x:1: warning: location/x: its id says location, its type PERSON",
        ];
        assert_eq!(told, expected);
        assert_eq!(found(r#"{"id":"acme/location","type":"PERSON","name":"Ann Roe","country":"XK"}"#), [""; 0]);
    }

    #[test]
    fn events_end_when_they_begin_or_later() {
        let event = |begin: &str, end: &str| {
            found(&format!(r#"{{"id":"e","type":"EVENT","name":"Quux Fair","begin":"{begin}","end":"{end}"}}"#))
        };
        assert_eq!(event("2021", "2020-12-31"), ["x:1: error: e: ends 2020-12-31 before it begins 2021"]);
        for (begin, end) in [("2020-05", "2020"), ("2020", "2020-05"), ("2020", ""), ("", "2020"), ("2020", "2020")] {
            assert_eq!(event(begin, end), [""; 0], "{begin} to {end}");
        }
    }

    #[test]
    fn places_lie_in_others_and_not_in_themselves() {
        let place = |id: &str, kind: &str, related: &str| {
            format!(r#"{{"id":"{id}","type":"LOCATION","kind":"{kind}","name":"Quux {id}","related":[{related}]}}"#)
        };
        let chain = [place("a", "town", r#""b""#), place("b", "state", r#""c""#), place("c", "country", r#""a","d""#)];
        assert_eq!(
            found(&chain.join("\n")),
            [
                "x:1: warning: a: lies in itself: c is within it and around it",
                "x:2: warning: b: lies in itself: a is within it and around it",
                "x:3: warning: c: related d is no entry",
                "x:3: warning: c: lies in itself: b is within it and around it",
            ]
        );
        let twins = [place("a", "town", r#""b""#), place("b", "town", r#""a","c""#), place("c", "country", "")];
        assert_eq!(found(&twins.join("\n")), [""; 0]);
        let people = chain.join("\n").replace("LOCATION", "PERSON").replace(r#","d""#, "");
        assert_eq!(found(&people), [""; 0]);
    }
}
