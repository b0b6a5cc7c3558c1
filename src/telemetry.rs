//! Logs, traces and metrics.

use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusBuilder;
use quorum_trace::Exporting;
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::Log;

/// Renders the metrics for Prometheus.
pub type MetricsRenderer = Arc<dyn Fn() -> String + Send + Sync>;

/// Starts logging to standard error, and exporting spans where that is asked for. Spans are
/// exported until the guard is dropped.
pub fn start_logs(log: &Log, role: &'static str) -> anyhow::Result<Option<Exporting>> {
    let filter = EnvFilter::try_new(&log.filter)?;
    let (traces, exporting) = if log.traces.is_empty() {
        (None, None)
    } else {
        quorum_providers::install_tls();
        let (layer, exporting) = quorum_trace::export(&log.traces, role)?;
        (Some(layer), Some(exporting))
    };
    let registry = tracing_subscriber::registry().with(filter).with(traces);
    if log.json {
        registry
            .with(fmt::layer().json().with_writer(std::io::stderr))
            .try_init()?;
    } else {
        registry
            .with(fmt::layer().with_target(false).with_writer(std::io::stderr))
            .try_init()?;
    }
    Ok(exporting)
}

/// Ends of the buckets that times are counted in: from a quick reply to a slow model's first word.
const SECONDS: [f64; 9] = [0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0];

/// Starts counting.
pub fn start_metrics() -> anyhow::Result<MetricsRenderer> {
    let handle = PrometheusBuilder::new().set_buckets(&SECONDS)?.install_recorder()?;
    Ok(Arc::new(move || handle.render()))
}
