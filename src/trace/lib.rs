//! THE THREAD: follows a message from the request that brought it, through the queue, to the
//! provider's reply, also across processes, and exports what it saw by OpenTelemetry.
//!
//! A message's id is its trace id: both are 128 bits, so every process that works on a message
//! finds the thread without anything being handed on. The root of the trace is the acceptance of
//! the message, whose span id are the last 64 bits of the same id.
//!
//! May enter: opentelemetry. May not enter: what is traced; the text of messages or answers, keys,
//! and addresses with queries are never part of a span.
//!
//! To trace one more step: a span where it is done, tied to its message by [`follow`].

use opentelemetry::{
    KeyValue,
    trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState, TracerProvider},
};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use quorum_domain::ids::MessageId;
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{Layer, registry::LookupSpan};

/// Tracing could not be started.
#[derive(Debug, thiserror::Error)]
#[error("the address for traces cannot be used")]
pub struct TraceError(#[source] opentelemetry_otlp::ExporterBuildError);

/// Exports spans until dropped; what waits then is sent first.
pub struct Exporting(SdkTracerProvider);

impl Drop for Exporting {
    fn drop(&mut self) {
        // A collector that is away must not keep the process from stopping.
        if let Err(error) = self.0.shutdown_with_timeout(std::time::Duration::from_secs(2)) {
            tracing::debug!(error = %error, "the last spans could not be exported");
        }
    }
}

/// A layer that exports spans to a collector (OTLP over HTTP), such as
/// `http://127.0.0.1:4318/v1/traces`.
pub fn export<S>(endpoint: &str, role: &'static str) -> Result<(impl Layer<S>, Exporting), TraceError>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(endpoint)
        .build()
        .map_err(TraceError)?;
    let resource = Resource::builder()
        .with_service_name("quorum")
        .with_attribute(KeyValue::new("quorum.role", role))
        .build();
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(resource)
        .build();
    let tracer = provider.tracer("quorum");
    Ok((tracing_opentelemetry::layer().with_tracer(tracer), Exporting(provider)))
}

/// Ties a span to the trace of its message. Call it before the span is entered.
pub fn follow(span: &Span, message: MessageId) {
    let id = message.uuid().into_bytes();
    let [.., a, b, c, d, e, f, g, h] = id;
    let root = SpanContext::new(
        TraceId::from_bytes(id),
        SpanId::from_bytes([a, b, c, d, e, f, g, h]),
        TraceFlags::SAMPLED,
        true,
        TraceState::default(),
    );
    // Without an exporter there is no trace to follow.
    let _not_exported = span.set_parent(opentelemetry::Context::new().with_remote_span_context(root));
}
