//! Dates of events, where the article states them: "held from February 18 to February 20".
//!
//! A date is looked for in the sentence of a mention, first after it, then before it. A day
//! without a year is of the year that brings it nearest to the day on which the article was
//! published; a weekday is the nearest of that name. Without a day of publication only dates
//! with a year are read. Relative words ("next week") are not.

use jiff::civil::{Date, Weekday};

use super::{Entity, place::Rows, row::Row};
use crate::{gazetteer::EntityType, text::Shape};

/// Words between the name and its date at most.
const REACH: usize = 16;

/// Begin and end, as `YYYY-MM-DD` or `YYYY-MM`.
type Range = (String, String);

/// Dates events that have no dates yet.
pub(super) fn date(rows: &Rows<'_>, entities: &mut [Entity<'_>], published: Option<Date>) {
    for entity in entities.iter_mut().filter(|e| e.entity_type == EntityType::Event) {
        // "2022 World Cup" has its year already; a day in that year is better.
        let year = (entity.begin.len() == 4 && entity.begin == entity.end).then(|| entity.begin.clone());
        if !entity.begin.is_empty() && year.is_none() {
            continue;
        }
        let found = entity.mentions.iter().find_map(|mention| {
            let row = rows.of(mention.section);
            let word_at = |offset: u32| row.words.as_slice().partition_point(|w| w.span.begin < offset);
            stated(row, word_at(mention.span.begin), word_at(mention.span.end), published)
        });
        let fits = |range: &Range| year.as_ref().is_none_or(|year| range.0.starts_with(year.as_str()));
        if let Some((begin, end)) = found.filter(fits) {
            (entity.begin, entity.end) = (begin, end);
        }
    }
}

/// The date stated in the sentence of a name that stands from word `first` to before `end`.
fn stated(row: &Row<'_>, first: usize, end: usize, published: Option<Date>) -> Option<Range> {
    let after = (end..(end + REACH).min(row.len())).take_while(|&i| !row.word(i).is_sentence_start());
    for index in after {
        if let Some(found) = introduced(row, index, published) {
            return Some(found);
        }
    }
    let mut begin = first;
    while begin > 0 && first - begin < REACH && !row.word(begin).is_sentence_start() {
        begin -= 1;
    }
    (begin..first).find_map(|index| introduced(row, index, published))
}

/// A date at `index` that a preposition, a comma or a bracket leads to.
fn introduced(row: &Row<'_>, index: usize, published: Option<Date>) -> Option<Range> {
    let before = if index > 0 { row.folded(index - 1) } else { "" };
    let led =
        matches!(before, "on" | "from" | "in" | "between" | "until" | "of" | "for" | "opens" | "begins" | "starts")
            || row.is_after_comma(index)
            || row.before(index).contains('(');
    led.then(|| range(row, index, published)).flatten()
}

/// "February 18 to February 20, 2022", "18-20 February", "June 2019", "Sunday".
fn range(row: &Row<'_>, first: usize, published: Option<Date>) -> Option<Range> {
    if let Some(weekday) = weekday(row.folded(first)) {
        let day = nearest_weekday(published?, weekday)?;
        return Some((day.to_string(), day.to_string()));
    }
    let mut at = first;
    let (days, month) = if let Some(month) = month(row, at) {
        at += 1;
        let Some(day) = day(row, at) else {
            let year = year(row, at)?;
            let text = format!("{year:04}-{month:02}");
            return Some((text.clone(), text));
        };
        at += 1;
        let mut days = ((month, day), (month, day));
        if let Some(next) = linked(row, at) {
            let end_month = self::month(row, next);
            let day_at = next + usize::from(end_month.is_some());
            if let Some(end) = self::day(row, day_at) {
                days.1 = (end_month.unwrap_or(month), end);
                at = day_at + 1;
            }
        }
        (days, month)
    } else {
        let day = day(row, at)?;
        at += 1;
        let mut end = day;
        if let Some(next) = linked(row, at)
            && let Some(last) = self::day(row, next)
        {
            end = last;
            at = next + 1;
        }
        let month = month(row, at)?;
        at += 1;
        (((month, day), (month, end)), month)
    };
    let year = match year(row, at) {
        Some(year) => year,
        None => nearest_year(published?, month, days.0.1)?,
    };
    let date = |(month, day): (i8, i8), year: i16| Date::new(year, month, day).ok();
    let begin = date(days.0, year)?;
    let mut end = date(days.1, year)?;
    if end < begin {
        end = date(days.1, year + 1)?;
    }
    Some((begin.to_string(), end.to_string()))
}

/// The word after "to", "-", "and" or "until".
fn linked(row: &Row<'_>, index: usize) -> Option<usize> {
    let word = row.words.get(index)?;
    if matches!(word.joint, crate::text::Joint::Hyphen) || row.before(index).contains(['-', '–', '—']) {
        return Some(index);
    }
    matches!(row.folded(index), "to" | "and" | "until" | "through").then_some(index + 1)
}

fn month(row: &Row<'_>, index: usize) -> Option<i8> {
    let word = row.folded(index);
    if !row.is_upper(index) || word.len() < 3 {
        return None;
    }
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    // "Feb" and "Sept" too; but "Mars" is none.
    let known = |name: &str| name.starts_with(word) && (word.len() <= 4 || word == name);
    MONTHS.iter().position(|name| known(name)).map(|n| n as i8 + 1)
}

fn day(row: &Row<'_>, index: usize) -> Option<i8> {
    let word = row.words.get(index)?;
    let digits = row.folded(index).trim_end_matches(|c: char| c.is_ascii_lowercase());
    matches!(word.shape, Shape::Digits | Shape::Mixed | Shape::Uncased)
        .then(|| digits.parse().ok())
        .flatten()
        .filter(|day| (1..=31).contains(day))
}

fn year(row: &Row<'_>, index: usize) -> Option<i16> {
    row.shows(index, super::row::Trait::Year).then(|| row.folded(index).parse().ok()).flatten()
}

fn weekday(folded: &str) -> Option<Weekday> {
    Some(match folded {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        "sunday" => Weekday::Sunday,
        _ => return None,
    })
}

/// The year in which the day is nearest to the day of publication.
fn nearest_year(published: Date, month: i8, day: i8) -> Option<i16> {
    let distance = |year: i16| {
        let date = Date::new(year, month, day).ok()?;
        Some((date - published).get_days().abs())
    };
    let years = published.year().checked_sub(1)?..=published.year() + 1;
    years.filter_map(|year| Some((distance(year)?, year))).min().map(|(_, year)| year)
}

/// The weekday nearest to the day of publication, which is itself if it is one.
fn nearest_weekday(published: Date, weekday: Weekday) -> Option<Date> {
    if published.weekday() == weekday {
        return Some(published);
    }
    let before = published.nth_weekday(-1, weekday).ok()?;
    let after = published.nth_weekday(1, weekday).ok()?;
    // News tells what was more often than what will be.
    let (back, ahead) = ((published - before).get_days(), (after - published).get_days());
    Some(if back <= ahead { before } else { after })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extraction::{Lexicon, Section};

    fn dated(sentence: &str, published: Option<&str>) -> Option<Range> {
        let lexicon = Lexicon::stack([]);
        let (row, _) = Row::read(Section::Body, sentence, &lexicon);
        let end = (0..row.len()).find(|&i| row.folded(i) == "x").unwrap();
        stated(&row, end, end + 1, published.map(|p| p.parse().unwrap()))
    }

    #[test]
    fn reads_ranges_and_takes_the_nearest_year() {
        let published = Some("2022-02-19");
        for (sentence, begin, end) in [
            ("The X was held from February 18 to February 20 in Y.", "2022-02-18", "2022-02-20"),
            ("The X will be held on 3-5 March.", "2022-03-03", "2022-03-05"),
            ("The X opens on Dec 28 and so on.", "2021-12-28", "2021-12-28"),
            ("The X (June 4-6, 1998) failed.", "1998-06-04", "1998-06-06"),
            ("The X was held in June 2019.", "2019-06", "2019-06"),
            ("On 12 April 2019 the X began.", "2019-04-12", "2019-04-12"),
            ("The X ends on Sunday.", "2022-02-20", "2022-02-20"),
            ("The X, from December 30 to January 2, was cold.", "2021-12-30", "2022-01-02"),
        ] {
            assert_eq!(dated(sentence, published), Some((begin.to_owned(), end.to_owned())), "{sentence}");
        }
    }

    #[test]
    fn reads_nothing_where_nothing_is_stated() {
        for sentence in ["The X was held.", "The X had 18 guests in May.", "The X ends on Sunday.", "X on March 5."] {
            assert_eq!(dated(sentence, None), None, "{sentence}");
        }
        assert_eq!(dated("The X was long. On March 5 2020 it rained.", Some("2022-02-19")), None);
        assert_eq!(dated("The X was held on February 30 2021.", Some("2022-02-19")), None);
    }
}
