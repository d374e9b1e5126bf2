//! What a change would do, over the wire.

use std::collections::HashSet;

use super::{
    change::{check_number, entries, ids},
    versions,
};
use crate::{
    catalog::{self, Change, ChangeError, EntryCheck, InForce},
    gazetteer::{Entry, Severity},
    proto::v1,
    service::{
        CheckedOptions, Limits,
        entry::entry_to_wire,
        error::{RequestError, Violations},
        request::check_article_into,
        response::respond,
    },
};

/// Articles to try a change on.
const MAX_ARTICLES: usize = 20;

/// A request that has passed all checks.
pub(super) struct Asked {
    change: Change,
    articles: Vec<v1::Article>,
}

impl Asked {
    pub(super) fn check(request: v1::CheckEntriesRequest, limits: &Limits) -> Result<Asked, RequestError> {
        let mut violations = Violations::default();
        let (written, deleted) = (&request.entries, &request.delete_entry_ids);
        check_number(written.len(), 0, "entries", &mut violations);
        check_number(deleted.len(), 0, "delete_entry_ids", &mut violations);
        if written.is_empty() && deleted.is_empty() {
            violations.add("entries", "is empty, and so is delete_entry_ids; there is nothing to check");
        }
        let upserts = entries(written, &mut violations);
        let deletes = ids(deleted, "delete_entry_ids", &mut violations);
        let articles = request.articles;
        if articles.len() > MAX_ARTICLES {
            violations.add("articles", format!("has {}; the limit is {MAX_ARTICLES}", articles.len()));
        }
        for (i, article) in articles.iter().enumerate().take(MAX_ARTICLES) {
            check_article_into(article, &format!("articles[{i}]"), limits, &mut violations);
        }
        violations.result()?;
        Ok(Asked { change: Change { upserts, deletes, ..Change::default() }, articles })
    }

    pub(super) fn answer(&self, now: &InForce) -> Result<v1::CheckEntriesResponse, RequestError> {
        let upserts = &self.change.upserts;
        let checks = catalog::check(&now.lexicon, upserts);
        let changed = catalog::preview(&now.lexicon, &self.change).map_err(ChangeError::from)?;
        let options = CheckedOptions::default();
        let check = |(i, article): (usize, &v1::Article)| {
            let path = format!("articles[{i}]");
            let before = respond(article, &path, &options, &now.lexicon)?.entities;
            let after = respond(article, &path, &options, &changed)?.entities;
            let (found, lost) = (without(&after, &before), without(&before, &after));
            Ok::<_, RequestError>(v1::ArticleCheck { article_id: article.article_id.clone(), found, lost })
        };
        Ok(v1::CheckEntriesResponse {
            entries: upserts.iter().zip(&checks).map(|(entry, check)| to_wire(entry, check)).collect(),
            articles: self.articles.iter().enumerate().map(check).collect::<Result<_, _>>()?,
            gazetteers: versions(now),
        })
    }
}

/// The entities that are not, or not so, among others: of another type, entry or places.
fn without(entities: &[v1::Entity], others: &[v1::Entity]) -> Vec<v1::Entity> {
    let key = |entity: &v1::Entity| {
        let places = entity.mentions.iter().map(|mention| (mention.section, mention.begin, mention.end));
        (entity.r#type, entity.entry_id.clone(), places.collect::<Vec<_>>())
    };
    let others = others.iter().map(key).collect::<HashSet<_>>();
    entities.iter().filter(|entity| !others.contains(&key(entity))).cloned().collect()
}

fn to_wire(entry: &Entry, check: &EntryCheck<'_>) -> v1::EntryCheck {
    let shared = check.shared_names.iter().map(|(name, ids)| v1::SharedName {
        name: name.clone(),
        entry_ids: ids.iter().map(|&id| id.to_owned()).collect(),
    });
    let findings = check.findings.iter().map(|finding| v1::LintFinding {
        severity: severity(finding.severity).into(),
        message: finding.message.clone(),
    });
    v1::EntryCheck {
        entry_id: entry.id.to_string(),
        replaced: check.replaced.as_ref().map(entry_to_wire),
        shared_names: shared.collect(),
        common_words: check.common_words.clone(),
        findings: findings.collect(),
    }
}

fn severity(severity: Severity) -> v1::FindingSeverity {
    match severity {
        Severity::Note => v1::FindingSeverity::Note,
        Severity::Warning => v1::FindingSeverity::Warning,
        Severity::Error => v1::FindingSeverity::Error,
    }
}
