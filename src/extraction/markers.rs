//! Markers: closed sets of small words and nouns that tell what stands beside them.
//!
//! They are evidence like the clue lists, but closed: grammar, not knowledge of the world.
//! A new marker is a line here; its weights come from `gazetted tune`. A word of several markers
//! takes the category of the first.

macro_rules! markers {
    ($($marker:ident = $name:literal: $words:literal,)+) => {
        /// A set of words with one meaning for what stands beside them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(super) enum Marker {
            $($marker,)+
        }

        impl Marker {
            /// All markers with their names and words.
            pub(super) const ALL: &'static [(Marker, &'static str, &'static str)] =
                &[$((Marker::$marker, $name, $words),)+];
        }
    };
}

markers! {
    The = "the": "the",
    A = "a": "a an",
    In = "in": "in inside within into throughout across",
    At = "at": "at",
    From = "from": "from",
    To = "to": "to",
    Of = "of": "of",
    By = "by": "by",
    And = "and": "and or",
    With = "with": "with",
    Against = "against": "against versus v vs beat beats defeated defeat drew thrashed edged",
    For = "for": "for",
    Near = "near": "near outside around toward towards beyond via between north south east west northern southern eastern western central northwestern northeastern southwestern southeastern downtown",
    On = "on": "on upon over under about after before during since until",
    Who = "who": "who whom whose",
    His = "his": "his her my your",
    Our = "our": "our their",
    Its = "its": "its",
    Be = "is": "is was are were be been being",
    Have = "has": "has have had",
    May = "will": "will would can could may might shall should must",
    Sport = "sport-noun": "coach manager captain striker midfielder defender goalkeeper quarterback pitcher fans players player team teams club squad side season league match game games win victory championship stadium",
    Deed = "person-verb": "born died married wrote sang scored joined resigned retired starred graduated studied played won directed recorded met told lived worked moved appeared coached aged née alias",
    Business = "business-noun": "shares share stock stocks shareholders shareholder executives executive subsidiary unit spokesman spokeswoman spokesperson spokespeople employees employee engineers headquarters products store stores customers stake stakes profits profit earnings revenue acquisition merger brand plant factory officials official members member troops forces fighters militants militant rebels police lawmakers leadership website newspaper",
    Deal = "business-verb": "acquired acquire bought buys sells sold launched unveiled posted reported merged announced owns owned operates operated manufactures founded established headquartered invested",
    Residence = "place-verb": "visit visited visiting visits arrived arrive leave left living based located situated capital town village city district province region state county outskirts suburb mayor governor people residents airport border coast",
    Work = "work-noun": "film movie book novel album song single magazine series show episode painting game video poem play opera",
    Where = "where": "where",
}
