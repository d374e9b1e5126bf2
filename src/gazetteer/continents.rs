//! The country codes that there are, by continent.
//!
//! ISO 3166-1 alpha-2, and XK, which the world uses for Kosovo. A country on two continents
//! stands on that of its capital.

const CODES: [(&str, &str); 7] = [
    (
        "Africa",
        "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML MR MU MW MZ NA \
         NE NG RE RW SC SD SH SL SN SO SS ST SZ TD TG TN TZ UG YT ZA ZM ZW",
    ),
    ("Antarctica", "AQ BV GS HM TF"),
    (
        "Asia",
        "AE AF AM AZ BD BH BN BT CC CN CX GE HK ID IL IN IO IQ IR JO JP KG KH KP KR KW KZ LA LB LK MM MN MO MV MY NP \
         OM PH PK PS QA SA SG SY TH TJ TM TR TW UZ VN YE",
    ),
    (
        "Europe",
        "AD AL AT AX BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD ME \
         MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA VA XK",
    ),
    (
        "North America",
        "AG AI AW BB BL BM BQ BS BZ CA CR CU CW DM DO GD GL GP GT HN HT JM KN KY LC MF MQ MS MX NI PA PM PR SV SX TC \
         TT US VC VG VI",
    ),
    ("Oceania", "AS AU CK FJ FM GU KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TL TO TV UM VU WF WS"),
    ("South America", "AR BO BR CL CO EC FK GF GY PE PY SR UY VE"),
];

/// The continent of a country, by its code; none when there is no such code.
#[must_use]
pub fn continent(country: &str) -> Option<&'static str> {
    let here = |codes: &str| codes.split(' ').any(|code| code == country);
    CODES.iter().find(|(_, codes)| here(codes)).map(|(continent, _)| *continent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_250_codes_each_on_one_continent() {
        let mut codes = CODES.iter().flat_map(|(_, codes)| codes.split(' ')).collect::<Vec<_>>();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!((codes.len(), codes.iter().all(|code| code.len() == 2)), (250, true));
        let listed = CODES.iter().map(|(_, codes)| codes.split(' ').count()).sum::<usize>();
        assert_eq!(listed, 250);
        assert_eq!(
            (continent("UA"), continent("FJ"), continent("ZZ"), continent("")),
            (Some("Europe"), Some("Oceania"), None, None)
        );
    }
}
