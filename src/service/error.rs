//! Why a request or an article is not answered, and how that is told on the wire.
//!
//! One enum; every message names the field, the value and the limit. Details are those of
//! `google.rpc`: `BadRequest` with field paths, `RetryInfo` where trying again helps,
//! `ErrorInfo` where a program may want to know which limit it was.

use std::{collections::HashMap, fmt, time::Duration};

use prost::Message as _;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use super::Limits;
use crate::{catalog::ChangeError, proto::google::rpc};

/// Violations told at most: details travel in a header, and clients refuse long headers.
const MAX_VIOLATIONS: usize = 16;
/// When to try again a call that was shed.
const RETRY_AFTER: Duration = Duration::from_millis(250);

/// A field that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The path of the field, such as `articles[3].title`.
    pub field: String,
    /// What is wrong with it: the value and the limit.
    pub description: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.description)
    }
}

/// All violations of a request; the first of them in full, beyond that their number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations {
    first: Vec<Violation>,
    total: usize,
}

impl Violations {
    /// Adds one.
    pub(super) fn add(&mut self, field: impl Into<String>, description: impl Into<String>) {
        self.total += 1;
        if self.first.len() < MAX_VIOLATIONS {
            self.first.push(Violation { field: field.into(), description: description.into() });
        }
    }

    /// Nothing when there are none, else the error that tells them.
    pub(super) fn result(self) -> Result<(), RequestError> {
        if self.total == 0 { Ok(()) } else { Err(RequestError::Invalid(self)) }
    }

    /// The first of them, at most 16.
    #[must_use]
    pub fn as_slice(&self) -> &[Violation] {
        &self.first
    }

    /// How many there are in all.
    #[must_use]
    pub fn total(&self) -> usize {
        self.total
    }

    fn details(&self) -> ErrorDetails {
        let mut details = ErrorDetails::new();
        for violation in &self.first {
            details.add_bad_request_violation(&violation.field, &violation.description);
        }
        if self.total > self.first.len() {
            let more = self.total - self.first.len();
            details.add_bad_request_violation("", format!("and {more} more that are not listed"));
        }
        details
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(first) = self.first.first() {
            write!(f, "{first}")?;
        }
        if self.total > 1 {
            write!(f, " (and {} more)", self.total - 1)?;
        }
        Ok(())
    }
}

/// Why there is no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// Fields are not as they must be.
    #[error("{0}")]
    Invalid(Violations),
    /// As many calls wait as may wait.
    #[error("{limit} calls wait for a core already, which is the limit; try again")]
    Busy {
        /// Calls that may wait.
        limit: usize,
    },
    /// A message of the request is over the limit.
    #[error("a message of the request is over max_message_bytes = {limit}: {problem}")]
    MessageTooLarge {
        /// The limit in bytes.
        limit: usize,
        /// What the transport says about it.
        problem: String,
    },
    /// The answer to an article is over the limit.
    #[error(
        "the answer has {bytes} bytes, max_message_bytes is {limit}; ask for less: without explanations or \
         alternatives, with a higher min_confidence, or with shorter articles"
    )]
    AnswerTooLarge {
        /// Its bytes.
        bytes: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// The answers to the articles of a batch before this one leave no room for its own.
    #[error(
        "the answer has {bytes} bytes, of which max_message_bytes = {limit} leaves {room} in this batch; send the \
         article again in another batch"
    )]
    BatchFull {
        /// Its bytes.
        bytes: usize,
        /// Bytes that are left.
        room: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// Changes are not taken.
    #[error("live changes are not kept: start the server with --state DIR")]
    NoState,
    /// The request id was used for something else.
    #[error("{0}; give every change its own")]
    Reused(String),
    /// The version is not the expected one.
    #[error("expected_version is {expected}; the current version is {current}")]
    Conflict {
        /// The version that was expected.
        expected: u64,
        /// The version that there is.
        current: u64,
    },
    /// What is named is not there.
    #[error("{0}")]
    NotFound(String),
    /// There is no room for more entries.
    #[error("{0}")]
    Full(String),
    /// A change could not be put on disk.
    #[error("{0}; the same request, sent again when this is mended, tells whether it was made")]
    NotKept(String),
    /// Our own fault.
    #[error("internal error, logged under request id {request_id}")]
    Internal {
        /// The call to look for in the log.
        request_id: String,
    },
}

impl RequestError {
    /// That a message of the request is over the limit, as the transport tells it.
    #[must_use]
    pub fn message_too_large(limits: &Limits, problem: &str) -> RequestError {
        RequestError::MessageTooLarge { limit: limits.max_message_bytes as usize, problem: problem.to_owned() }
    }

    fn code(&self) -> Code {
        match self {
            Self::Invalid(_) => Code::InvalidArgument,
            Self::Internal { .. } => Code::Internal,
            Self::NoState => Code::FailedPrecondition,
            Self::Reused(_) => Code::AlreadyExists,
            Self::Conflict { .. } => Code::Aborted,
            Self::NotFound(_) => Code::NotFound,
            Self::NotKept(_) => Code::Unavailable,
            Self::Busy { .. }
            | Self::MessageTooLarge { .. }
            | Self::AnswerTooLarge { .. }
            | Self::BatchFull { .. }
            | Self::Full(_) => Code::ResourceExhausted,
        }
    }

    fn details(&self) -> ErrorDetails {
        match self {
            Self::Invalid(violations) => violations.details(),
            Self::Busy { .. } => ErrorDetails::with_retry_info(Some(RETRY_AFTER)),
            // At once, but in another batch.
            Self::BatchFull { .. } => ErrorDetails::with_retry_info(Some(Duration::ZERO)),
            Self::MessageTooLarge { limit, .. } => over_limit("MESSAGE_TOO_LARGE", *limit),
            Self::Conflict { current, .. } => error_info("VERSION_CONFLICT", "current_version", current),
            Self::AnswerTooLarge { limit, .. } => over_limit("ANSWER_TOO_LARGE", *limit),
            Self::NoState | Self::Reused(_) | Self::NotFound(_) | Self::Full(_) | Self::NotKept(_) => {
                ErrorDetails::new()
            }
            Self::Internal { request_id } => ErrorDetails::with_request_info(request_id, ""),
        }
    }

    /// The error as a message, for answers that carry errors beside results.
    #[must_use]
    pub fn to_wire(&self) -> rpc::Status {
        // The details of a status are an encoded google.rpc.Status: code, message and all.
        let status = Status::from(self.clone());
        rpc::Status::decode(status.details()).unwrap_or_else(|_| rpc::Status {
            code: status.code().into(),
            message: status.message().to_owned(),
            details: Vec::new(),
        })
    }
}

impl From<ChangeError> for RequestError {
    fn from(error: ChangeError) -> RequestError {
        match error {
            ChangeError::NoStore => Self::NoState,
            ChangeError::Reused { .. } => Self::Reused(error.to_string()),
            ChangeError::Conflict { expected, current } => Self::Conflict { expected, current },
            ChangeError::Missing(_) => Self::NotFound(error.to_string()),
            ChangeError::Layer(_) => Self::Full(error.to_string()),
            ChangeError::Store(_) => Self::NotKept(error.to_string()),
        }
    }
}

impl From<RequestError> for Status {
    fn from(error: RequestError) -> Status {
        Status::with_error_details(error.code(), error.to_string(), error.details())
    }
}

/// Trying again would not help, so there is no RetryInfo.
fn over_limit(reason: &str, limit: usize) -> ErrorDetails {
    error_info(reason, "max_message_bytes", &limit)
}

fn error_info(reason: &str, name: &str, value: &impl ToString) -> ErrorDetails {
    ErrorDetails::with_error_info(reason, "gazetted", HashMap::from([(name.to_owned(), value.to_string())]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn violations_beyond_the_first_are_counted() {
        let mut violations = Violations::default();
        for i in 0..1000 {
            violations.add(format!("options.suppressed_names[{i}]"), "is blank");
        }
        let error = violations.result().expect_err("there are violations");
        assert_eq!(error.to_string(), "options.suppressed_names[0]: is blank (and 999 more)");
        let details = Status::from(error.clone()).get_error_details();
        let listed = &details.bad_request().expect("a BadRequest").field_violations;
        assert_eq!((listed.len(), listed[16].description.as_str()), (17, "and 984 more that are not listed"));
        assert_eq!(error.to_wire().details.len(), 1);
    }

    #[test]
    fn the_message_form_has_code_and_details() {
        let wire = RequestError::Busy { limit: 7 }.to_wire();
        assert_eq!((wire.code, wire.details.len()), (8, 1));
        assert!(wire.details[0].type_url.ends_with("google.rpc.RetryInfo"));
        assert!(wire.message.starts_with("7 calls wait"));
    }
}
