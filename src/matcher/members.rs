//! Members: the spellings of each form, with the numbers of their demands.
//!
//! Nearly every form has one, which stands where its form's number says; the few others are looked
//! up. So what a text has found costs one look at memory far away.

use super::SpellingId;

/// A spelling and the number of its demands.
pub(super) type Member = (SpellingId, u32);

/// The spellings of each form.
#[derive(Debug)]
pub(super) struct Members {
    /// The first of each form, its demands marked with [`MORE`] where it is not the only one.
    firsts: Vec<Member>,
    /// All others with their forms, in the order of these.
    others: Vec<(u32, Member)>,
}

const MORE: u32 = 1 << 31;

impl Members {
    /// Of the members of each form, one form after the other; none is without.
    pub(super) fn new(forms: impl Iterator<Item = impl Iterator<Item = Member>>) -> Members {
        let (mut firsts, mut others) = (Vec::new(), Vec::new());
        for (form, mut members) in forms.enumerate() {
            let Some((spelling, demands)) = members.next() else { continue };
            let before = others.len();
            others.extend(members.map(|member| (form as u32, member)));
            firsts.push((spelling, demands | if others.len() > before { MORE } else { 0 }));
        }
        Members { firsts, others }
    }

    /// Of parts read from a file: `None` where they do not fit together or `is_right`, which is asked
    /// for each form and member, says no.
    pub(super) fn from_parts(
        firsts: Vec<Member>,
        others: Vec<(u32, Member)>,
        is_right: impl Fn(usize, Member) -> bool,
    ) -> Option<Members> {
        let marked = firsts.iter().enumerate().filter(|(_, first)| first.1 & MORE != 0).map(|(form, _)| form as u32);
        let whole = others.is_sorted_by_key(|other| other.0)
            && marked.eq(others.chunk_by(|a, b| a.0 == b.0).map(|same| same[0].0));
        let members = Members { firsts, others };
        let right = |form| members.of(form).all(|member| is_right(form, member));
        (whole && (0..members.firsts.len()).all(right)).then_some(members)
    }

    /// The firsts and the others, to be written to a file.
    pub(super) fn parts(&self) -> (&[Member], &[(u32, Member)]) {
        (&self.firsts, &self.others)
    }

    /// The members of a form.
    pub(super) fn of(&self, form: usize) -> impl Iterator<Item = Member> {
        let (spelling, demands) = self.firsts[form];
        let begin = if demands & MORE == 0 {
            self.others.len()
        } else {
            self.others.partition_point(|o| (o.0 as usize) < form)
        };
        let others = self.others[begin..].iter().take_while(move |other| other.0 as usize == form);
        std::iter::once((spelling, demands & !MORE)).chain(others.map(|other| other.1))
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.firsts.len() + self.others.len()
    }

    pub(super) fn memory(&self) -> usize {
        self.firsts.len() * size_of::<Member>() + self.others.len() * size_of::<(u32, Member)>()
    }
}
