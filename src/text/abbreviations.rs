//! Two closed lists that decide whether a full stop ends a sentence.

/// Words that nearly always begin a sentence when capitalized after a dotted acronym.
pub(super) fn is_starter(word: &str) -> bool {
    [
        "The", "A", "An", "He", "She", "It", "They", "We", "I", "In", "On", "At", "But", "This", "That", "There",
        "However", "His", "Her", "Their", "If", "When", "While", "After", "As",
    ]
    .contains(&word)
}

/// Abbreviations whose full stop ends no sentence.
pub(super) fn is_abbreviation(folded: &str) -> bool {
    [
        "mr", "mrs", "ms", "dr", "prof", "st", "ste", "gen", "sen", "rep", "gov", "lt", "col", "sgt", "capt", "cmdr",
        "maj", "adm", "rev", "hon", "pres", "jr", "sr", "inc", "corp", "co", "ltd", "bros", "vs", "no", "nos", "jan",
        "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "mt", "ft", "ave", "messrs",
        "mme", "ph", "fig", "dept", "univ",
    ]
    .contains(&folded)
}
