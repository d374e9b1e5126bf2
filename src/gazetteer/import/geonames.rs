//! GeoNames: tables of places, one a line, with 19 columns parted by tabs and no header.
//!
//! Reads `allCountries`, the files of one country and the `cities` files alike; not the table of
//! alternate names, whose languages would need both files at once.

use std::io::BufRead;

use super::{Entry, ImportError, Reason, Sink, Skip, Types, alias, alias_kind, entry, id, lines::each_line, weight};
use crate::gazetteer::Coordinates;

const COLUMNS: usize = 19;
const TYPES: &str = include_str!("geonames.tsv");

/// Which of the alternate names become aliases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AlternateNames {
    /// All, with the codes of airports and the transliterations that nobody writes.
    All,
    /// Those in Latin letters that begin with a capital and are no code of three letters.
    #[default]
    Latin,
    /// None.
    None,
}

/// What may be chosen of GeoNames.
#[derive(Clone, Debug)]
pub struct Geonames {
    /// What feature classes and codes are with us: `P`, or finer `P.PPLC`.
    pub types: Types,
    /// Only these classes (`P`) or codes (`P.PPLC`); all when empty.
    pub features: Vec<String>,
    /// Only places with so many people or more.
    pub min_population: u64,
    /// Only these countries; all when empty.
    pub countries: Vec<String>,
    /// Which alternate names to take.
    pub alternate_names: AlternateNames,
}

impl Default for Geonames {
    fn default() -> Self {
        let (types, alternate_names) = (Types::embedded(TYPES), AlternateNames::default());
        Geonames { types, features: Vec::new(), min_population: 0, countries: Vec::new(), alternate_names }
    }
}

impl Geonames {
    pub(super) fn read(&self, input: &mut dyn BufRead, sink: &mut Sink<'_>) -> Result<(), ImportError> {
        each_line(input, sink, |line, _| self.place(line).map(Some))
    }

    fn place(&self, line: &str) -> Result<Entry, Skip> {
        let columns = line.split('\t').collect::<Vec<_>>();
        let Ok([key, name, ascii, others, latitude, longitude, class, code, country, _, _, _, _, _, people, ..]) =
            <[&str; COLUMNS]>::try_from(columns.as_slice())
        else {
            let problem = format!("{} columns parted by tabs; {COLUMNS} are expected", columns.len());
            return Err(Skip::malformed("", problem));
        };
        let chosen =
            |wanted: &String| wanted == class || wanted.split_once('.').is_some_and(|(a, b)| (a, b) == (class, code));
        if !self.features.is_empty() && !self.features.iter().any(chosen) {
            return Err(Skip::new(Reason::NotChosen, "feature class", format!("{class}.{code}")));
        }
        if !self.countries.is_empty() && !self.countries.iter().any(|wanted| wanted == country) {
            return Err(Skip::new(Reason::NotChosen, "country", format!("{country:?}")));
        }
        let people = match people {
            "" => 0,
            _ => people
                .parse::<u64>()
                .map_err(|_| Skip::malformed("population", format!("{people:?} is no number of people")))?,
        };
        if people < self.min_population {
            let problem = format!("{people}; {} are asked for", self.min_population);
            return Err(Skip::new(Reason::NotChosen, "population", problem));
        }
        let Some(meaning) = self.types.finer(class, code, '.') else {
            return Err(Skip::new(
                Reason::NoType,
                "feature code",
                format!("{class}.{code} is not in the table of types"),
            ));
        };
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Skip::malformed("geonameid", format!("{key:?} is no number")));
        }
        let slugged = if ascii.is_empty() { name } else { ascii };
        let mut place = entry(meaning.entity_type, &meaning.kind, id(meaning.entity_type, slugged, key), name);
        let (latitude, longitude) = (degrees("latitude", latitude)?, degrees("longitude", longitude)?);
        place.coordinates = Some(Coordinates { latitude, longitude });
        country.clone_into(&mut place.country);
        place.links.push(("geonames".to_owned(), key.to_owned()));
        place.weight = weight(people as f64, 1e3, 1e7);
        let others = others.split(',').filter(|name| self.takes(name));
        place.aliases.extend(others.map(|name| alias(name, alias_kind(name, meaning.entity_type))));
        Ok(place)
    }

    fn takes(&self, name: &str) -> bool {
        match self.alternate_names {
            AlternateNames::All => !name.trim().is_empty(),
            AlternateNames::Latin => is_written_in_latin(name),
            AlternateNames::None => false,
        }
    }
}

fn is_written_in_latin(name: &str) -> bool {
    // Latin, Latin Extended A and B, the modifier letters of transliterations, Extended Additional.
    let latin = |c: char| {
        !c.is_alphabetic() || c < '\u{250}' || ('\u{2b0}'..'\u{300}').contains(&c) || {
            ('\u{1e00}'..'\u{1f00}').contains(&c)
        }
    };
    let code = name.len() <= 3 && name.bytes().all(|byte| byte.is_ascii_uppercase());
    let capital = name.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase);
    capital && !code && name.chars().all(latin)
}

fn degrees(field: &str, text: &str) -> Result<f64, Skip> {
    text.parse::<f64>().map_err(|_| Skip::malformed(field, format!("{text:?} is no number of degrees")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::AliasKind;

    fn line(changes: &[(usize, &str)]) -> String {
        let mut columns = vec![""; COLUMNS];
        for (index, text) in [(0, "7"), (1, "Orvalé"), (2, "Orvale"), (4, "1.5"), (5, "-2"), (6, "P"), (7, "PPLC")] {
            columns[index] = text;
        }
        for &(index, text) in changes {
            columns[index] = text;
        }
        columns.join("\t")
    }

    fn problem(format: &Geonames, changes: &[(usize, &str)]) -> String {
        format.place(&line(changes)).unwrap_err().to_string()
    }

    #[test]
    fn a_line_becomes_a_place() {
        let line = line(&[(3, "ORV,dxb,Orvale City,Орвале,Ōrvālé,WHO,OVALE"), (8, "FR"), (14, "1000000")]);
        let place = Geonames::default().place(&line).unwrap();
        let names = place.aliases.iter().map(|alias| (alias.text.as_str(), alias.kind)).collect::<Vec<_>>();
        let name = AliasKind::Name;
        let expected = [("Orvalé", name), ("Orvale City", name), ("Ōrvālé", name), ("OVALE", AliasKind::Acronym)];
        assert_eq!(names, expected);
        assert_eq!(
            (place.id.as_str(), place.kind.as_str(), place.country.as_str()),
            ("location/orvale-7", "city", "FR")
        );
        assert_eq!((place.coordinates.unwrap().longitude, place.weight), (-2.0, 0.7));
        assert_eq!(place.links, [("geonames".to_owned(), "7".to_owned())]);
    }

    #[test]
    fn what_is_not_chosen_or_not_right_is_named() {
        let all = Geonames::default();
        assert_eq!(problem(&all, &[(4, "north")]), "latitude: \"north\" is no number of degrees");
        assert_eq!(problem(&all, &[(14, "-3")]), "population: \"-3\" is no number of people");
        assert_eq!(problem(&all, &[(0, "Q7")]), "geonameid: \"Q7\" is no number");
        assert_eq!(problem(&all, &[(6, "?")]), "feature code: ?.PPLC is not in the table of types");
        assert_eq!(all.place("1\tx").unwrap_err().to_string(), "2 columns parted by tabs; 19 are expected");
        let features = vec!["A".to_owned(), "P.PPLC".to_owned()];
        let some = Geonames { features, countries: vec!["FR".to_owned()], min_population: 9, ..all };
        assert_eq!(problem(&some, &[(7, "PPL")]), "feature class: P.PPL");
        assert_eq!(problem(&some, &[(8, "DE")]), "country: \"DE\"");
        assert_eq!(problem(&some, &[(8, "FR"), (14, "8")]), "population: 8; 9 are asked for");
        assert!(some.place(&line(&[(8, "FR"), (14, "9")])).is_ok());
    }

    #[test]
    fn all_alternate_names_or_none() {
        let names = |alternate_names| {
            let format = Geonames { alternate_names, ..Geonames::default() };
            format.place(&line(&[(3, "ORV,орвале,,x")])).unwrap().aliases.len()
        };
        assert_eq!((names(AlternateNames::All), names(AlternateNames::None)), (4, 1));
    }
}
