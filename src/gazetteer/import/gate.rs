//! GATE: a `lists.def` that names lists with their types, and the lists beside it, one name a
//! line.
//!
//! Features of names, after a separator, are not kept: there is no telling what they mean.

use std::{
    fs::File,
    io::BufRead,
    path::{Component, Path, PathBuf},
};

use super::{ImportError, Reason, Sink, Skip, Types, entry, id, lines, slug, source, types::Meaning};

const TYPES: &str = include_str!("gate.tsv");

/// What may be chosen of GATE's lists.
#[derive(Clone, Debug)]
pub struct Gate {
    /// What types of lists are with us: `location`, or finer `location:city`.
    pub types: Types,
    /// The folder of the lists.
    pub folder: PathBuf,
    /// What parts a name from its features.
    pub separator: char,
}

impl Gate {
    /// Lists in a folder, with nothing chosen.
    #[must_use]
    pub fn new(folder: &Path) -> Gate {
        Gate { types: Types::embedded(TYPES), folder: folder.to_owned(), separator: '\t' }
    }

    pub(super) fn read(&self, input: &mut dyn BufRead, sink: &mut Sink<'_>) -> Result<(), ImportError> {
        lines::each(input, sink, |line, number, sink| match self.definition(line) {
            Ok((list, meaning)) => self.list(list, meaning, number, sink),
            Err(skip) => sink.skip(number, &skip),
        })
    }

    /// A line of `lists.def`: `file:major[:minor[:language[:annotation type]]]`.
    fn definition<'a>(&self, line: &'a str) -> Result<(&'a str, &Meaning), Skip> {
        let mut parts = line.split(':').map(str::trim);
        let (list, major) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let minor = parts.next().unwrap_or_default();
        if list.is_empty() || major.is_empty() {
            return Err(Skip::malformed("", format!("{line:?} is not file:major or file:major:minor")));
        }
        // A list of lists is no reason to read what else is on the disk.
        if !Path::new(list).components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(Skip::malformed("file", format!("{list:?} is not below the folder of the lists")));
        }
        match self.types.finer(major, minor, ':') {
            Some(meaning) => Ok((list, meaning)),
            None => {
                let problem = format!("{list} is of {major}:{minor}, which is not in the table of types");
                Err(Skip::new(Reason::NoType, "type", problem))
            }
        }
    }

    fn list(&self, list: &str, meaning: &Meaning, number: u64, sink: &mut Sink<'_>) -> Result<(), ImportError> {
        let file = match File::open(self.folder.join(list)) {
            Ok(file) => file,
            Err(error) => return sink.skip(number, &Skip::malformed("file", format!("{list}: {error}"))),
        };
        let outer = sink.enter(list);
        source::unpack(list, file, |input| {
            lines::each(input, sink, |line, number, sink| {
                let name = line.split(self.separator).next().unwrap_or_default().trim();
                // The kind tells a city from the province of its name.
                let entry = entry(
                    meaning.entity_type,
                    &meaning.kind,
                    id(meaning.entity_type, name, &slug(&meaning.kind)),
                    name,
                );
                sink.add(number, entry)
            })
        })?;
        sink.enter(&outer);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn lists_are_read_with_the_types_of_their_definition() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("city.lst"), "Orvale\n\nVelm\tpopulation=7\n Orvale \n…\n").unwrap();
        fs::write(folder.path().join("area.lst"), "Orvale\n").unwrap();
        let definitions = "city.lst:location:city\narea.lst:location:unknown:en\nday.lst:date:day\ngone.lst:person_full\n\
                           ../city.lst:location\nx.lst\n";
        let (mut out, mut log) = (Vec::new(), Vec::new());
        let mut sink = Sink::new("lists.def", &mut out, &mut log);
        Gate::new(folder.path()).read(&mut definitions.as_bytes(), &mut sink).unwrap();
        let expected = [
            r#"{"id":"location/orvale-city","type":"LOCATION","kind":"city","name":"Orvale"}"#,
            r#"{"id":"location/velm-city","type":"LOCATION","kind":"city","name":"Velm"}"#,
            r#"{"id":"location/orvale","type":"LOCATION","name":"Orvale"}"#,
        ];
        assert_eq!(String::from_utf8(out).unwrap().lines().collect::<Vec<_>>(), expected);
        let log = String::from_utf8(log).unwrap();
        let expected = [
            "city.lst:4: id: \"location/orvale-city\" was given before",
            "city.lst:5: name: \"…\" has no word to look for",
            "lists.def:3: type: day.lst is of date:day, which is not in the table of types",
            "lists.def:4: file: gone.lst: No such file or directory (os error 2)",
            "lists.def:5: file: \"../city.lst\" is not below the folder of the lists",
            "lists.def:6: \"x.lst\" is not file:major or file:major:minor",
        ];
        assert_eq!(log.lines().collect::<Vec<_>>(), expected);
    }
}
