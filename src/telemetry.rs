//! Logs and metrics.

use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusBuilder;
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::Log;

/// Renders the metrics for Prometheus.
pub type MetricsRenderer = Arc<dyn Fn() -> String + Send + Sync>;

/// Starts logging to standard error.
pub fn start_logs(log: &Log) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&log.filter)?;
    let registry = tracing_subscriber::registry().with(filter);
    if log.json {
        registry
            .with(fmt::layer().json().with_writer(std::io::stderr))
            .try_init()?;
    } else {
        registry
            .with(fmt::layer().with_target(false).with_writer(std::io::stderr))
            .try_init()?;
    }
    Ok(())
}

/// Starts counting.
pub fn start_metrics() -> anyhow::Result<MetricsRenderer> {
    let handle = PrometheusBuilder::new().install_recorder()?;
    Ok(Arc::new(move || handle.render()))
}
