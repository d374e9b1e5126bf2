//! Metrics: what the process counts, as text in the form that Prometheus reads.
//!
//! Who counts registers its counters once and adds to them from then on; who asks gets them
//! all. Nothing here knows what is counted, but for the build.

use std::fmt;

use prometheus_client::{encoding::prometheus_text, metrics::info::Info, registry::Registry};

/// All that is counted, each name with `gazetted_` before it.
#[derive(Debug)]
pub struct Metrics(Registry);

impl Metrics {
    /// The media type of [`Metrics::text`].
    pub const CONTENT_TYPE: &'static str = prometheus_text::CONTENT_TYPE;

    /// Nothing but the build, of a version.
    #[must_use]
    pub fn new(version: &'static str) -> Metrics {
        let mut registry = Registry::with_prefix("gazetted");
        registry.register("build", "The program; always 1", Info::new([("version", version)]));
        Metrics(registry)
    }

    /// Where counters are registered.
    pub fn registry(&mut self) -> &mut Registry {
        &mut self.0
    }

    /// All as they are now, in the text format 0.0.4.
    ///
    /// # Errors
    /// When one that is registered cannot tell itself.
    pub fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        prometheus_text::encode(&mut text, &self.0)?;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use prometheus_client::metrics::counter::Counter;

    use super::*;

    #[test]
    fn what_is_registered_is_told_with_our_prefix() {
        let mut metrics = Metrics::new("1.2.3");
        let things = Counter::<u64>::default();
        metrics.registry().register("things", "Things seen", things.clone());
        things.inc_by(7);
        let expected = "# HELP gazetted_build_info The program; always 1.\n# TYPE gazetted_build_info gauge\n\
                        gazetted_build_info{version=\"1.2.3\"} 1\n\
                        # HELP gazetted_things_total Things seen.\n# TYPE gazetted_things_total counter\n\
                        gazetted_things_total 7\n";
        assert_eq!(metrics.text().unwrap(), expected);
    }
}
