//! Where traces go: `--otlp` and the variables of OpenTelemetry, which count in the environment and in the file of `--env`.

use super::{EnvFile, From, Layers, Name, Setting, SettingsError, find, one};
use crate::trace::options::{Headers, Options, Sampler, base, pairs, whole};

/// The name of a process that nobody has named.
const SERVICE: &str = "aev";

/// Where traces go, and which.
#[derive(Clone, Debug, PartialEq)]
pub struct Otlp {
    /// The URL that they are sent to; none when they are sent nowhere.
    pub url: Setting<Option<String>>,
    /// Headers of each request. Their values are secrets.
    pub headers: Setting<Headers>,
    /// Name of this process.
    pub service: Setting<String>,
    /// What else is said of it.
    pub resource: Setting<Vec<(String, String)>>,
    /// Which traces are recorded.
    pub sampler: Setting<Sampler>,
}

/// What stands in a variable, and where. As usual, an empty one says nothing.
fn variable(layers: &Layers, file: &EnvFile<'_>, name: &'static str) -> Option<(String, From)> {
    let environment = layers.environment.get(name).filter(|text| !text.is_empty());
    let environment = environment.map(|text| (text.clone(), From::Environment(name)));
    environment.or_else(|| {
        let (_, text, from) = file.iter().rev().find(|(key, ..)| *key == name)?;
        (!text.is_empty()).then(|| ((*text).to_owned(), from.clone()))
    })
}

/// Of the variables in this order the first that says anything.
fn first(layers: &Layers, file: &EnvFile<'_>, names: &[&'static str]) -> Vec<(String, From)> {
    names.iter().find_map(|name| variable(layers, file, name)).into_iter().collect()
}

impl Otlp {
    pub(super) fn resolve(layers: &Layers, file: &EnvFile<'_>) -> Result<Otlp, SettingsError> {
        let first = |names: &[&'static str]| first(layers, file, names);
        let url = url(layers, file)?;
        let none = |from: &From| Setting { value: None, from: from.clone() };
        let off = |name, word: &str| {
            variable(layers, file, name).filter(|(text, _)| text.trim().eq_ignore_ascii_case(word))
        };
        let off = off("OTEL_SDK_DISABLED", "true").or_else(|| off("OTEL_TRACES_EXPORTER", "none"));
        // What was said for this one process counts.
        let said = matches!(url.from, From::Flag(_));
        let url = off.filter(|_| !said).map_or(url, |(_, from)| none(&from));
        if url.value.is_none() {
            // What is wrong with the rest does not matter then.
            return Ok(Otlp { url, ..Otlp::default() });
        }
        one(first(&["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"]), (), |text| {
            match text {
                "http/protobuf" => Ok(()),
                other => Err(format!(
                    "traces cannot be sent as `{other}`; write `http/protobuf`, and the port of the collector for it, which \
                     is 4318 unless it was changed"
                )),
            }
        })?;
        let resource = one(first(&["OTEL_RESOURCE_ATTRIBUTES"]), Vec::new(), pairs)?;
        let named = resource.value.iter().find(|(name, _)| name == "service.name");
        let named = named.map_or_else(|| SERVICE.to_owned(), |(_, service)| service.clone());
        let mut service = one(first(&["OTEL_SERVICE_NAME"]), named, |text| Ok(text.to_owned()))?;
        if service.from == From::Default && service.value != SERVICE {
            service.from = resource.from.clone();
        }
        let argument = variable(layers, file, "OTEL_TRACES_SAMPLER_ARG").map(|(text, _)| text);
        let sampler = |text: &str| Sampler::parse(text.trim(), argument.as_deref());
        Ok(Otlp {
            url,
            headers: one(
                first(&["OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"]),
                Headers::default(),
                Headers::parse,
            )?,
            service,
            resource,
            sampler: one(first(&["OTEL_TRACES_SAMPLER"]), Sampler::default(), sampler)?,
        })
    }

    /// What a tracer needs; none when traces are sent nowhere.
    pub fn options(&self) -> Option<Options> {
        let url = self.url.value.clone()?;
        let others = self.resource.value.iter().filter(|(name, _)| name != "service.name").cloned();
        let own = [
            ("service.name".to_owned(), self.service.value.clone()),
            ("service.version".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
        ];
        let version = self.resource.value.iter().any(|(name, _)| name == "service.version");
        let resource = own.into_iter().take(if version { 1 } else { 2 }).chain(others).collect();
        let (headers, sampler) = (self.headers.value.clone(), self.sampler.value);
        Some(Options { url, headers, resource, sampler })
    }

    /// For `--show-config`; how traces are sent only when they are.
    pub(super) fn rows(&self) -> Vec<(&'static str, String, &From)> {
        let Some(url) = &self.url.value else { return vec![("otlp", "none".to_owned(), &self.url.from)] };
        let resource = self.resource.value.iter().map(|(name, value)| format!("{name}={value}"));
        let resource = resource.collect::<Vec<_>>().join(",");
        vec![
            ("otlp", url.clone(), &self.url.from),
            ("otlp-headers", self.headers.value.to_string(), &self.headers.from),
            ("otlp-service", self.service.value.clone(), &self.service.from),
            (
                "otlp-resource",
                if resource.is_empty() { "none".into() } else { resource },
                &self.resource.from,
            ),
            ("otlp-sampler", self.sampler.value.to_string(), &self.sampler.from),
        ]
    }
}

impl Default for Otlp {
    fn default() -> Otlp {
        fn unsaid<T>(value: T) -> Setting<T> {
            Setting { value, from: From::Default }
        }
        Otlp {
            url: unsaid(None),
            headers: unsaid(Headers::default()),
            service: unsaid(SERVICE.to_owned()),
            resource: unsaid(Vec::new()),
            sampler: unsaid(Sampler::default()),
        }
    }
}

/// `--otlp` and its variable name a collector, as `OTEL_EXPORTER_OTLP_ENDPOINT` does; the variable for traces the whole URL.
fn url(layers: &Layers, file: &EnvFile<'_>) -> Result<Setting<Option<String>>, SettingsError> {
    let ours = find(layers, file, Name::Otlp);
    if !ours.is_empty() {
        return one(ours, None, |text| if text == "none" { Ok(None) } else { base(text).map(Some) });
    }
    match first(layers, file, &["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"]) {
        said if !said.is_empty() => one(said, None, |text| whole(text).map(Some)),
        _ => one(first(layers, file, &["OTEL_EXPORTER_OTLP_ENDPOINT"]), None, |text| base(text).map(Some)),
    }
}
