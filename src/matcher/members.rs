//! Members: the spellings of each form, with the numbers of their demands.
//!
//! Nearly every form has one, which stands where its form's number says; the few others stand
//! together elsewhere. So what a text has found costs one look at memory far away, rarely two.

use super::SpellingId;

/// A spelling and the number of its demands.
pub(super) type Member = (SpellingId, u32);

/// The spellings of each form.
#[derive(Debug)]
pub(super) struct Members {
    /// For each form its spelling; of a form with several, where they begin among `shared`, and
    /// how many they are, marked with [`SEVERAL`].
    forms: Vec<Member>,
    /// The spellings of forms with several, in the order of these.
    shared: Vec<Member>,
}

const SEVERAL: u32 = 1 << 31;

impl Members {
    /// Of the members of each form, one form after the other; none is without.
    pub(super) fn new(all: impl Iterator<Item = impl ExactSizeIterator<Item = Member>>) -> Members {
        let (mut forms, mut shared) = (Vec::new(), Vec::new());
        for mut members in all {
            match (members.len(), members.next()) {
                (1, Some(only)) => forms.push(only),
                (several, first) => {
                    forms.push((SpellingId(shared.len() as u32), several as u32 | SEVERAL));
                    shared.extend(first.into_iter().chain(members));
                }
            }
        }
        Members { forms, shared }
    }

    /// Of parts read from a file: `None` where they do not fit together, a spelling is numbered beyond
    /// their count, or `is_right`, which is asked for each form and member, says no.
    pub(super) fn from_parts(
        forms: Vec<Member>,
        shared: Vec<Member>,
        is_right: impl Fn(usize, Member) -> bool,
    ) -> Option<Members> {
        let mut end = 0usize;
        for &(begin, several) in forms.iter().filter(|form| form.1 & SEVERAL != 0) {
            if begin.0 as usize != end || several & !SEVERAL < 2 {
                return None;
            }
            end = end.checked_add((several & !SEVERAL) as usize).filter(|&end| end <= shared.len())?;
        }
        let whole = end == shared.len();
        let members = Members { forms, shared };
        let spellings = members.len();
        let right = |form| members.of(form).iter().all(|&m| (m.0.0 as usize) < spellings && is_right(form, m));
        (whole && (0..members.forms.len()).all(right)).then_some(members)
    }

    /// The parts, to be written to a file.
    pub(super) fn parts(&self) -> (&[Member], &[Member]) {
        (&self.forms, &self.shared)
    }

    /// The members of a form.
    pub(super) fn of(&self, form: usize) -> &[Member] {
        let member = &self.forms[form];
        if member.1 & SEVERAL == 0 {
            return std::slice::from_ref(member);
        }
        let begin = member.0.0 as usize;
        &self.shared[begin..begin + (member.1 & !SEVERAL) as usize]
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.forms.iter().filter(|form| form.1 & SEVERAL == 0).count() + self.shared.len()
    }

    pub(super) fn memory(&self) -> usize {
        (self.forms.len() + self.shared.len()) * size_of::<Member>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Member = (SpellingId(0), 0);
    const B: Member = (SpellingId(1), 1);
    const C: Member = (SpellingId(2), 0);

    #[test]
    fn each_form_has_its_own_and_comes_back_from_its_parts() {
        let members = Members::new([vec![A], vec![B, C], vec![A, B, C]].into_iter().map(Vec::into_iter));
        assert_eq!([members.of(0), members.of(1), members.of(2)], [&[A][..], &[B, C], &[A, B, C]]);
        assert_eq!(members.len(), 6);
        let (forms, shared) = members.parts();
        let again = |forms: &[Member], shared: &[Member]| {
            Members::from_parts(forms.to_vec(), shared.to_vec(), |form, member| form != 0 || member.1 == 0)
        };
        assert_eq!(again(forms, shared).unwrap().of(2), [A, B, C]);
        let with = |at: usize, member: Member| {
            let mut forms = forms.to_vec();
            forms[at] = member;
            forms
        };
        for forms in [
            with(0, B),
            with(0, (SpellingId(6), 0)),
            with(1, A),
            with(1, (SpellingId(1), SEVERAL | 2)),
            with(2, (SpellingId(2), !0)),
        ] {
            assert!(again(&forms, shared).is_none(), "{forms:?}");
        }
        assert!(again(forms, &shared[1..]).is_none());
    }
}
