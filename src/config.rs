//! Configuration: what can be set, and what it is when nobody sets it. Plain values; where
//! they come from is the command line's business.

use std::{path::PathBuf, time::Duration};

use crate::{server, service::Limits, telemetry::LogFormat};

/// What `gazetted serve` does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServeConfig {
    /// Address and port to listen on; port 0 takes a free one.
    pub listen: String,
    /// Address and port of the service that shows and changes gazetteers, if there is to be one.
    pub admin_listen: Option<String>,
    /// Address and port where metrics are told, if they are to be.
    pub metrics_listen: Option<String>,
    /// The directory of live changes; without it they are refused.
    pub state: Option<PathBuf>,
    /// Whether the embedded gazetteer is the lowest layer.
    pub default_gazetteer: bool,
    /// Further layers, lowest first.
    pub gazetteers: Vec<PathBuf>,
    /// How often to look whether files of gazetteers have changed; never, when unset.
    pub watch: Option<Duration>,
    /// How often to ask places for replicas for news; never when unset.
    pub follow: Option<Duration>,
    /// What a request may be at most.
    pub limits: Limits,
    /// How connections are treated.
    pub server: server::Settings,
    /// The form of logs; when unset, text on a terminal and JSON elsewhere.
    pub log_format: Option<LogFormat>,
    /// Which logs, in the form of `tracing_subscriber::EnvFilter`.
    pub log_filter: String,
}

impl Default for ServeConfig {
    fn default() -> Self {
        ServeConfig {
            listen: "127.0.0.1:50051".to_owned(),
            admin_listen: Some("127.0.0.1:50052".to_owned()),
            metrics_listen: None,
            state: None,
            default_gazetteer: true,
            gazetteers: Vec::new(),
            watch: Some(Duration::from_secs(1)),
            follow: Some(Duration::from_secs(10)),
            limits: Limits::default(),
            server: server::Settings::default(),
            log_format: None,
            log_filter: "info".to_owned(),
        }
    }
}

/// Values that do not go together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// No article of the allowed length would fit into a message.
    #[error(
        "max-article-bytes is {article}, max-message-bytes {message}: a message must hold an article; raise \
         max-message-bytes or lower max-article-bytes"
    )]
    ArticleOverMessage {
        /// Bytes of an article.
        article: u32,
        /// Bytes of a message.
        message: u32,
    },
    /// There would be no names at all.
    #[error("the default gazetteer is off and no other is given: nothing could be found")]
    NoGazetteer,
}

impl ServeConfig {
    /// Checks what goes together.
    ///
    /// # Errors
    /// With the first pair of values that does not.
    pub fn check(&self) -> Result<(), ConfigError> {
        let (article, message) = (self.limits.max_article_bytes, self.limits.max_message_bytes);
        if article > message {
            return Err(ConfigError::ArticleOverMessage { article, message });
        }
        if !self.default_gazetteer && self.gazetteers.is_empty() {
            return Err(ConfigError::NoGazetteer);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_go_together_and_others_may_not() {
        assert_eq!(ServeConfig::default().check(), Ok(()));
        let none = ServeConfig { default_gazetteer: false, ..ServeConfig::default() };
        assert_eq!(none.check(), Err(ConfigError::NoGazetteer));
        let limits = Limits { max_article_bytes: 11, max_message_bytes: 10, ..Limits::default() };
        let small = ServeConfig { limits, ..ServeConfig::default() };
        assert!(matches!(small.check(), Err(ConfigError::ArticleOverMessage { article: 11, message: 10 })));
    }
}
