//! Tables: CSV, or columns parted by tabs, with a mapping of columns to fields of ours.
//!
//! Without a mapping the columns count whose headers are names of our fields, as our own export
//! writes them. Rows that follow each other with the same id are one entry, with the names of all:
//! so tables of one name a row are read. A record is held at a time; one
//! that is too long is skipped.

use std::{io::BufRead, str::FromStr};

use csv::ByteRecord;

use super::{
    Entry, EntryId, ImportError, Reason, Sink, Skip, alias, entry, id,
    records::{MAX_RECORD, Read, Records},
    slug,
};
use crate::gazetteer::{Alias, AliasKind, CaseRule, Coordinates, EntityType, format};

/// Case rules that a table states; the other is that of all further names.
pub(crate) const STATED: [CaseRule; 2] = [CaseRule::Exact, CaseRule::Ignore];
/// Before an id that is to be taken as it is, though it has no folder.
const AS_IT_IS: &str = "./";
const UNCLOSED: &str = "; perhaps a quote is never closed";

/// A field of ours that a column may give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// The id; without a folder it goes into that of the type, but for one written `./id`.
    Id,
    /// The type.
    Type,
    /// The finer type.
    Kind,
    /// The canonical name.
    Name,
    /// Aliases of a kind, with separators.
    Aliases(AliasKind),
    /// Those of the names that have a case rule, with separators.
    Case(CaseRule),
    /// ISO 3166-1 alpha-2 code.
    Country,
    /// Degrees north.
    Latitude,
    /// Degrees east.
    Longitude,
    /// First day.
    Begin,
    /// Last day.
    End,
    /// Words near the name, with separators.
    Context,
    /// Related entries, with separators.
    Related,
    /// Links, with separators, each as `source=id`.
    Links,
    /// An id elsewhere, by its source.
    Link(String),
    /// How often the news names it.
    Weight,
}

impl Field {
    /// The name of the field as a header.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Id => "id",
            Self::Type => "type",
            Self::Kind => "kind",
            Self::Name => "name",
            Self::Aliases(AliasKind::Name) => "aliases",
            Self::Aliases(kind) => kind.name(),
            Self::Case(rule) => rule.name(),
            Self::Country => "country",
            Self::Latitude => "latitude",
            Self::Longitude => "longitude",
            Self::Begin => "begin",
            Self::End => "end",
            Self::Context => "context",
            Self::Related => "related",
            Self::Links => "links",
            Self::Link(source) => return format!("link.{source}"),
            Self::Weight => "weight",
        }
        .to_owned()
    }

    /// All fields but single links, in the order in which they are written.
    #[must_use]
    pub fn all() -> Vec<Field> {
        let mut fields = vec![Self::Id, Self::Type, Self::Kind, Self::Name];
        fields.extend(AliasKind::ALL.map(Self::Aliases));
        fields.extend(STATED.map(Self::Case));
        fields.extend([Self::Country, Self::Latitude, Self::Longitude, Self::Begin, Self::End]);
        fields.extend([Self::Context, Self::Related, Self::Links, Self::Weight]);
        fields
    }
}

impl FromStr for Field {
    type Err = String;

    fn from_str(name: &str) -> Result<Field, String> {
        if let Some(source) = name.strip_prefix("link.").filter(|source| !source.is_empty()) {
            return Ok(Field::Link(source.to_owned()));
        }
        let fields = Field::all();
        fields.iter().find(|field| field.name() == name).cloned().ok_or_else(|| {
            let names = fields.iter().map(Field::name).collect::<Vec<_>>().join(", ");
            format!("{name:?} is no field: {names} or link.SOURCE")
        })
    }
}

/// Which column gives a field: `name=title` by its header, `name=2` by its number from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The field.
    pub field: Field,
    /// The header, or the number counted from 1.
    pub source: String,
}

impl FromStr for Column {
    type Err = String;

    fn from_str(text: &str) -> Result<Column, String> {
        let Some((field, source)) = text.split_once('=').filter(|(_, source)| !source.is_empty()) else {
            return Err(format!("{text:?} is not FIELD=COLUMN"));
        };
        Ok(Column { field: field.parse()?, source: source.to_owned() })
    }
}

/// A table, and what its columns mean.
#[derive(Clone, Debug)]
pub struct Delimited {
    /// What parts the columns.
    pub delimiter: u8,
    /// Whether cells may stand in double quotes.
    pub quotes: bool,
    /// Whether the first record names the columns.
    pub header: bool,
    /// Which columns to read; none: those whose headers are names of fields.
    pub columns: Vec<Column>,
    /// The type of records that do not give one.
    pub entity_type: Option<EntityType>,
    /// The finer type of records that do not give one.
    pub kind: String,
    /// What parts several values of a cell.
    pub separator: char,
}

impl Delimited {
    /// CSV: commas and quotes.
    #[must_use]
    pub fn csv() -> Delimited {
        Delimited { delimiter: b',', quotes: true, ..Self::tsv() }
    }

    /// Columns parted by tabs, in which quotes are characters as any.
    #[must_use]
    pub fn tsv() -> Delimited {
        let (columns, kind) = (Vec::new(), String::new());
        Delimited { delimiter: b'\t', quotes: false, header: true, columns, entity_type: None, kind, separator: '|' }
    }

    pub(super) fn read(&self, input: &mut dyn BufRead, sink: &mut Sink<'_>) -> Result<(), ImportError> {
        let mut records = Records::new(input, self.delimiter, self.quotes);
        let mut record = ByteRecord::new();
        let unusable = |sink: &Sink<'_>, problem| ImportError::Columns { file: sink.file().to_owned(), problem };
        if self.header {
            let header = records.next(&mut record).map_err(|error| sink.unreadable(1, error))?;
            if matches!(header, Some(Read::TooLong)) {
                return Err(unusable(sink, too_long("the header")));
            }
        }
        let columns = self.resolve(&record).map_err(|problem| unusable(sink, problem))?;
        // The entry of the rows before, as long as their id is the same.
        let mut open: Option<(u64, Entry)> = None;
        loop {
            let line = records.line();
            let Some(read) = records.next(&mut record).map_err(|error| sink.unreadable(line, error))? else { break };
            sink.line();
            if matches!(read, Read::TooLong) {
                let problem = too_long("the record") + if self.quotes { UNCLOSED } else { "" };
                sink.skip(line, &Skip::malformed("", problem))?;
                continue;
            }
            let mut notes = Vec::new();
            match self.record(&Row { columns: &columns, record: &record }, &mut notes) {
                Ok((entry, true)) => match &mut open {
                    Some((_, before)) if before.id == entry.id => {
                        before.aliases.extend(entry.aliases);
                        sink.join();
                    }
                    _ => {
                        if let Some((line, before)) = open.replace((line, entry)) {
                            sink.add(line, before)?;
                        }
                    }
                },
                Ok((entry, false)) => sink.add_numbered(line, entry)?,
                Err(skip) => sink.skip(line, &skip)?,
            }
            notes.iter().try_for_each(|note| sink.skip(line, note))?;
        }
        open.map_or(Ok(()), |(line, entry)| sink.add(line, entry))
    }

    /// The fields with the indices of their columns.
    fn resolve(&self, headers: &ByteRecord) -> Result<Vec<(Field, usize)>, String> {
        let headers =
            headers.iter().map(|header| String::from_utf8_lossy(header).trim().to_owned()).collect::<Vec<_>>();
        let named = || headers.iter().enumerate();
        let columns = if self.columns.is_empty() {
            named().filter_map(|(index, header)| Some((header.parse().ok()?, index))).collect()
        } else {
            let find = |Column { field, source }: &Column| {
                let by_name = named().find(|(_, header)| *header == source).map(|(index, _)| index);
                let by_number = || source.parse::<usize>().ok()?.checked_sub(1);
                let missing = || format!("no column {source:?}; there are {}", headers.join(", "));
                by_name.or_else(by_number).map(|index| (field.clone(), index)).ok_or_else(missing)
            };
            self.columns.iter().map(find).collect::<Result<Vec<_>, _>>()?
        };
        let has = |field: &Field| columns.iter().any(|(known, _)| known == field);
        if !has(&Field::Name) {
            let found = if headers.is_empty() { String::new() } else { format!("; there are {}", headers.join(", ")) };
            return Err(format!("no column gives the name: --column name=COLUMN does{found}"));
        }
        if !has(&Field::Type) && self.entity_type.is_none() {
            return Err("no column gives the type: --column type=COLUMN does, or --type for all".to_owned());
        }
        Ok(columns)
    }

    /// The entry of a record, and whether it came with an id.
    fn record(&self, row: &Row<'_>, notes: &mut Vec<Skip>) -> Result<(Entry, bool), Skip> {
        let entity_type = match (row.text(&Field::Type)?, self.entity_type) {
            ("", Some(entity_type)) => entity_type,
            ("", None) => return Err(Skip::malformed("type", "empty")),
            (text, _) => text.parse().map_err(|problem: String| Skip::malformed("type", problem))?,
        };
        let name = row.text(&Field::Name)?;
        if name.is_empty() {
            return Err(Skip::malformed("name", "empty"));
        }
        if let Some(problem) = format::name_problem(name) {
            return Err(Skip::malformed("name", problem));
        }
        let kind = row.text(&Field::Kind)?;
        let mut entry = entry(entity_type, if kind.is_empty() { &self.kind } else { kind }, String::new(), name);
        for alias_kind in AliasKind::ALL {
            let texts = self.list(row, &Field::Aliases(alias_kind))?;
            entry.aliases.extend(texts.into_iter().map(|text| alias(&text, alias_kind)));
        }
        for rule in STATED {
            for text in self.list(row, &Field::Case(rule))? {
                let Alias { text, .. } = alias(&text, AliasKind::Name);
                let mut named = entry.aliases.iter_mut().filter(|alias| alias.text == text).peekable();
                if named.peek().is_none() {
                    let problem = format!("{text:?} is no name of the entry");
                    notes.push(Skip::new(Reason::LeftOut, rule.name(), problem));
                }
                named.for_each(|alias| alias.case = rule);
            }
        }
        entry.country = row.text(&Field::Country)?.to_ascii_uppercase();
        entry.coordinates = match (row.number(&Field::Latitude)?, row.number(&Field::Longitude)?) {
            (Some(latitude), Some(longitude)) => Some(Coordinates { latitude, longitude }),
            (None, None) => None,
            (latitude, _) => {
                let field = if latitude.is_some() { Field::Latitude } else { Field::Longitude };
                notes.push(Skip::new(Reason::LeftOut, field.name(), "stands alone; a place needs both degrees"));
                None
            }
        };
        entry.begin = row.date(&Field::Begin, notes)?;
        entry.end = row.date(&Field::End, notes)?;
        entry.context = self.list(row, &Field::Context)?.iter().map(|word| word.to_lowercase()).collect();
        entry.related = self.list(row, &Field::Related)?.into_iter().map(EntryId).collect();
        for link in self.list(row, &Field::Links)? {
            let (source, id) =
                link.split_once('=').ok_or_else(|| Skip::malformed("links", format!("{link:?} is not source=id")))?;
            entry.links.push((source.to_owned(), id.to_owned()));
        }
        for (field, _) in row.columns {
            if let Field::Link(source) = field {
                let id = row.text(field)?;
                entry.links.extend((!id.is_empty()).then(|| (source.clone(), id.to_owned())));
            }
        }
        if let Some(weight) = row.number(&Field::Weight)? {
            entry.weight = weight as f32;
        }
        let key = row.text(&Field::Id)?;
        entry.id = EntryId(match key.strip_prefix(AS_IT_IS) {
            Some(id) if !id.is_empty() => id.to_owned(),
            _ if key.contains('/') => key.to_owned(),
            _ => id(entity_type, if slug(key).is_empty() { name } else { key }, ""),
        });
        Ok((entry, !key.is_empty()))
    }

    fn list(&self, row: &Row<'_>, field: &Field) -> Result<Vec<String>, Skip> {
        Ok(split(row.text(field)?, self.separator))
    }
}

/// A record with its columns.
struct Row<'r> {
    columns: &'r [(Field, usize)],
    record: &'r ByteRecord,
}

impl<'r> Row<'r> {
    /// The text of a field; empty when no column gives it or the record is too short.
    fn text(&self, field: &Field) -> Result<&'r str, Skip> {
        let Some((_, index)) = self.columns.iter().find(|(known, _)| known == field) else { return Ok("") };
        let bytes = self.record.get(*index).unwrap_or_default();
        let text = str::from_utf8(bytes).map_err(|error| {
            Skip::malformed(field.name(), format!("not UTF-8 at byte {} of column {}", error.valid_up_to(), index + 1))
        })?;
        Ok(text.trim())
    }

    fn number(&self, field: &Field) -> Result<Option<f64>, Skip> {
        match self.text(field)? {
            "" => Ok(None),
            text => match text.parse::<f64>() {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(Skip::malformed(field.name(), format!("{text:?} is no number"))),
            },
        }
    }

    /// A date; years of fewer than four digits are filled up, and those before year 1 are left
    /// out, since our format cannot say them.
    fn date(&self, field: &Field, notes: &mut Vec<Skip>) -> Result<String, Skip> {
        let text = self.text(field)?;
        if text.is_empty() {
            return Ok(String::new());
        }
        let (before, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
        let (year, rest) = digits.split_at(digits.find('-').unwrap_or(digits.len()));
        let date = format!("{year:0>4}{rest}");
        if !year.is_empty() && format::is_date(&date) && !before {
            return Ok(date);
        }
        if before && format::is_date(&date) || year.bytes().all(|byte| byte == b'0') && !year.is_empty() {
            let problem = format!("{text:?} is before year 1");
            notes.push(Skip::new(Reason::LeftOut, field.name(), problem));
            return Ok(String::new());
        }
        Err(Skip::malformed(field.name(), format!("{text:?} is not YYYY, YYYY-MM or YYYY-MM-DD")))
    }
}

fn too_long(what: &str) -> String {
    format!("{what} has more than {MAX_RECORD} bytes, which is the limit")
}

/// The values of a cell. Where the separator belongs to a value it stands behind a backslash; in a
/// cell where that occurs, so does every backslash.
fn split(cell: &str, separator: char) -> Vec<String> {
    if !cell.contains(&format!("\\{separator}")) {
        return cell.split(separator).map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect();
    }
    let (mut parts, mut part, mut chars) = (Vec::new(), String::new(), cell.chars().peekable());
    while let Some(c) = chars.next() {
        match c {
            '\\' => part.push(chars.next_if(|&c| c == '\\' || c == separator).unwrap_or(c)),
            _ if c == separator => parts.push(std::mem::take(&mut part)),
            _ => part.push(c),
        }
    }
    parts.push(part);
    parts.iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// A cell of values that [`split`] takes apart again.
pub(crate) fn join(values: &[String], separator: char) -> String {
    let (between, plain) = (separator.to_string(), values.join(&separator.to_string()));
    let mistaken = plain.contains(&format!("\\{separator}"));
    if !mistaken && values.iter().all(|value| !value.contains(separator)) {
        return plain;
    }
    let escaped = |value: &String| value.replace('\\', "\\\\").replace(separator, &format!("\\{separator}"));
    values.iter().map(escaped).collect::<Vec<_>>().join(&between)
}

/// An id as a cell: one without a folder would be put into that of its type.
pub(crate) fn id_cell(id: &str) -> String {
    if id.contains('/') && !id.starts_with(AS_IT_IS) { id.to_owned() } else { format!("{AS_IT_IS}{id}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: &Delimited, content: &[u8]) -> Result<(String, Vec<String>), ImportError> {
        let (mut out, mut log) = (Vec::new(), Vec::new());
        let mut sink = Sink::new("x", &mut out, &mut log);
        format.read(&mut &*content, &mut sink)?;
        let log = String::from_utf8(log).unwrap().lines().map(str::to_owned).collect();
        Ok((String::from_utf8(out).unwrap(), log))
    }

    fn columns(columns: &[&str]) -> Vec<Column> {
        columns.iter().map(|column| column.parse().unwrap()).collect()
    }

    #[test]
    fn a_column_says_which_names_have_a_case_rule() {
        let rows = "id,type,name,aliases,exact,ignore\na,ORG,Apple,AAPL|apple inc,Apple|Pear,apple inc\n";
        let (out, log) = read(&Delimited::csv(), rows.as_bytes()).unwrap();
        let aliases = r#""aliases":[{"text":"Apple","case":"exact"},"AAPL",{"text":"apple inc","case":"ignore"}]"#;
        assert!(out.contains(aliases), "{out}");
        assert!(log.len() == 1 && log[0].contains(r#"exact: "Pear" is no name of the entry"#), "{log:?}");
    }

    #[test]
    fn rows_that_follow_each_other_with_the_same_id_are_names_of_one_entry() {
        let rows = "id,type,name\n1,ORG,Acme Corp\n1,ORG,Acme\n1,ORG,…\n2,ORG,Zorb\n1,ORG,Acme Late\n";
        let (out, log) = read(&Delimited::csv(), rows.as_bytes()).unwrap();
        assert_eq!(
            out.lines().collect::<Vec<_>>(),
            [
                r#"{"id":"organization/1","type":"ORGANIZATION","name":"Acme Corp","aliases":["Acme"]}"#,
                r#"{"id":"organization/2","type":"ORGANIZATION","name":"Zorb"}"#,
            ]
        );
        assert_eq!(log, [r#"x:4: name: "…" has no word to look for"#, r#"x:6: id: "organization/1" was given before"#]);
    }

    #[test]
    fn our_own_headers_need_no_mapping() {
        let content = "\u{feff}id,type,name,aliases,acronym,country,latitude,longitude,begin,links,weight,note\n\
                       a/b,EVT,\"Velm, \"\"the\"\"\n deal\",Deal|  |Pact,VD,fr,1,2,217-05,w=Q1|x=y=z,0.25,?\n";
        let (out, log) = read(&Delimited::csv(), content.as_bytes()).unwrap();
        let expected = r#"{"id":"a/b","type":"EVENT","name":"Velm, \"the\" deal","aliases":["Deal","Pact",{"text":"VD","kind":"acronym"}],"country":"FR","coordinates":[1.0,2.0],"begin":"0217-05","links":{"w":"Q1","x":"y=z"},"weight":0.25}"#;
        assert_eq!((out.trim_end(), log.len()), (expected, 0));
    }

    #[test]
    fn columns_are_mapped_by_header_or_number_and_names_are_numbered() {
        let format = Delimited {
            columns: columns(&["name=title", "link.wikidata=3", "begin=year"]),
            entity_type: Some(EntityType::Event),
            kind: "battle".to_owned(),
            ..Delimited::tsv()
        };
        let content = "title\tyear\tqid\nBattle of \"X\"\t-48\tQ1\nBattle of X\t48\t\n";
        let (out, log) = read(&format, content.as_bytes()).unwrap();
        let expected = [
            r#"{"id":"event/battle-of-x","type":"EVENT","kind":"battle","name":"Battle of \"X\"","links":{"wikidata":"Q1"}}"#,
            r#"{"id":"event/battle-of-x-2","type":"EVENT","kind":"battle","name":"Battle of X","begin":"0048"}"#,
        ];
        assert_eq!(out.lines().collect::<Vec<_>>(), expected);
        assert_eq!(log, ["x:2: begin: \"-48\" is before year 1"]);
        let format = Delimited { header: false, columns: columns(&["name=1"]), ..format };
        assert_eq!(read(&format, b"A\nB").unwrap().0.lines().count(), 2);
    }

    #[test]
    fn bad_cells_are_named_by_line_and_field() {
        let content = b"name,type,country,latitude,longitude,begin,weight,links,id\n,PER\nA\nB,STAR\nC,PER,France\nD,LOC,,north\n\
            E,LOC,,91,0\nF,EVT,,,,soon\nG,PER,,,,,2\nH,PER,,,,,,x\n\xff,PER\nI,PER,,,,,NaN\nJ,PER,,,,,,,7\nK,PER,,,,,,,7\nL,PER,ZZ\n";
        let (out, log) = read(&Delimited::csv(), content).unwrap();
        let expected = [
            "x:2: name: empty",
            "x:3: type: empty",
            "x:4: type: \"STAR\" is no entity type: PERSON, ORGANIZATION, LOCATION or EVENT",
            "x:5: country: \"FRANCE\" is no ISO 3166-1 alpha-2 code in use",
            "x:6: latitude: \"north\" is no number",
            "x:7: coordinates: [91, 0] is beyond [±90, ±180] degrees",
            "x:8: begin: \"soon\" is not YYYY, YYYY-MM or YYYY-MM-DD",
            "x:9: weight: 2 is not between 0 and 1",
            "x:10: links: \"x\" is not source=id",
            "x:11: name: not UTF-8 at byte 0 of column 1",
            "x:12: weight: NaN is not between 0 and 1",
            "x:15: country: \"ZZ\" is no ISO 3166-1 alpha-2 code in use",
        ];
        assert_eq!(log, expected);
        assert_eq!(out.lines().count(), 3);
    }

    #[test]
    fn one_degree_is_no_place_and_is_told() {
        let (out, log) =
            read(&Delimited::csv(), b"name,type,latitude,longitude\nA,LOC,1,\nB,LOC,,2\nC,LOC,1,2\n").unwrap();
        assert_eq!(out.lines().count(), 3);
        assert_eq!(out.matches("coordinates").count(), 1);
        let told = "stands alone; a place needs both degrees";
        assert_eq!(log, [format!("x:2: latitude: {told}"), format!("x:3: longitude: {told}")]);
    }

    #[test]
    fn columns_that_are_not_there_end_the_import() {
        let problem = |format: &Delimited| read(format, b"a,b\n1,2").unwrap_err().to_string();
        let csv = Delimited::csv();
        assert!(problem(&csv).starts_with("x: no column gives the name"));
        let named = Delimited { columns: columns(&["name=a"]), ..csv.clone() };
        assert!(problem(&named).starts_with("x: no column gives the type"));
        let gone = Delimited { columns: columns(&["name=c"]), ..csv };
        assert_eq!(problem(&gone), "x: no column \"c\"; there are a, b");
        assert!("nom=1".parse::<Column>().unwrap_err().starts_with("\"nom\" is no field: id, type"));
        assert!("name".parse::<Column>().is_err() && "name=".parse::<Column>().is_err());
    }
}
