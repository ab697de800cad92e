//! An action with every event value filled in: what the engine hands to whoever carries it out.

use crate::duration::GoDuration;
use crate::json::Json;
use crate::model::{BasicAuth, ConfigMapRef, SecretRef};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// A finished action. Its JSON form is what people and tools are shown, so secrets appear by name only.
#[derive(Clone, Debug, PartialEq)]
pub enum Finished {
    /// Create this Kubernetes object: `{"kind": "k8s.create", "object": …}`.
    K8sCreate {
        /// The whole object.
        object: Json,
    },
    /// Make this call: `{"kind": "http", "method": …, "url": …, "headers": {…}, "payload": …}`, and `timeout` and
    /// `basicAuth` when they are set.
    Http(Box<FinishedHttp>),
    /// Write these events to the log: `{"kind": "log", "events": […]}`.
    Log {
        /// One for each stream that took part, in the order of the condition.
        events: Vec<LoggedEvent>,
    },
}

/// A finished HTTP call.
#[derive(Clone, Debug, PartialEq)]
pub struct FinishedHttp {
    /// Such as `POST`.
    pub method: String,
    /// Where it goes.
    pub url: String,
    /// Names are not repeated and go out as they are written here.
    pub headers: Vec<(String, HeaderContent)>,
    /// What is sent; without it the body is empty. Its form on the wire is [`FinishedHttp::body_text`].
    pub body: Option<Json>,
    /// For the whole call.
    pub timeout: Option<GoDuration>,
    /// Credentials, by name.
    pub basic_auth: Option<BasicAuth>,
}

impl FinishedHttp {
    /// The body on the wire: JSON, but a body that is text as a whole goes out as that text, without quotes. So does
    /// Argo's, and a target built for either gets the same bytes.
    pub fn body_text(&self) -> Option<String> {
        self.body.as_ref().map(|body| match body {
            Json::String(text) => text.clone(),
            json => json.to_string(),
        })
    }
}

/// What is sent in a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderContent {
    /// This text.
    Text(String),
    /// The value of a secret: `{"secret": {"name": …, "key": …}}`.
    Secret(SecretRef),
    /// The value of a member of a config map: `{"configMap": {"name": …, "key": …}}`.
    ConfigMap(ConfigMapRef),
}

/// An event in a log action.
#[derive(Clone, Debug, PartialEq)]
pub struct LoggedEvent {
    /// The stream that it came through; Argo says dependency.
    pub stream: String,
    /// The CloudEvents attributes, as one object.
    pub context: Json,
    /// The data; text when it was no JSON.
    pub data: Json,
}

impl Serialize for Finished {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Finished::K8sCreate { object } => {
                map.serialize_entry("kind", "k8s.create")?;
                map.serialize_entry("object", object)?;
            }
            Finished::Http(http) => {
                map.serialize_entry("kind", "http")?;
                map.serialize_entry("method", &http.method)?;
                map.serialize_entry("url", &http.url)?;
                map.serialize_entry("headers", &Pairs(&http.headers))?;
                if let Some(body) = &http.body {
                    map.serialize_entry("payload", body)?;
                }
                if let Some(timeout) = &http.timeout {
                    map.serialize_entry("timeout", timeout)?;
                }
                if let Some(auth) = &http.basic_auth {
                    let named = [
                        ("username", Named("secret", &auth.username)),
                        ("password", Named("secret", &auth.password)),
                    ];
                    map.serialize_entry("basicAuth", &Pairs(&named))?;
                }
            }
            Finished::Log { events } => {
                map.serialize_entry("kind", "log")?;
                map.serialize_entry("events", events)?;
            }
        }
        map.end()
    }
}

impl Serialize for HeaderContent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            HeaderContent::Text(text) => serializer.serialize_str(text),
            HeaderContent::Secret(secret) => Named("secret", secret).serialize(serializer),
            HeaderContent::ConfigMap(member) => Named("configMap", member).serialize(serializer),
        }
    }
}

impl Serialize for LoggedEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("stream", &self.stream)?;
        map.serialize_entry("context", &self.context)?;
        map.serialize_entry("data", &self.data)?;
        map.end()
    }
}

/// An object with one member.
struct Named<'a, T>(&'static str, &'a T);

impl<T: Serialize> Serialize for Named<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(self.0, self.1)?;
        map.end()
    }
}

/// An object from pairs, in their order.
struct Pairs<'a, K, V>(&'a [(K, V)]);

impl<K: Serialize, V: Serialize> Serialize for Pairs<'_, K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_shown_by_name() {
        let token = SecretRef { name: "api".into(), key: "token".into() };
        let http = FinishedHttp {
            method: "POST".into(),
            url: "https://example.com/".into(),
            headers: vec![
                ("B".into(), HeaderContent::Text("x".into())),
                ("A".into(), HeaderContent::Secret(token.clone())),
            ],
            body: Some(Json::from_iter([("n", Json::from(1))])),
            timeout: Some("5s".parse().unwrap()),
            basic_auth: Some(BasicAuth { username: token.clone(), password: token }),
        };
        assert_eq!(
            serde_json::to_string(&Finished::Http(Box::new(http))).unwrap(),
            concat!(
                r#"{"kind":"http","method":"POST","url":"https://example.com/","#,
                r#""headers":{"B":"x","A":{"secret":{"name":"api","key":"token"}}},"payload":{"n":1},"timeout":"5s","#,
                r#""basicAuth":{"username":{"secret":{"name":"api","key":"token"}},"#,
                r#""password":{"secret":{"name":"api","key":"token"}}}}"#
            )
        );
    }

    #[test]
    fn an_object_keeps_its_order() {
        let object = Json::from_iter([("kind", Json::from("Pod")), ("apiVersion", Json::from("v1"))]);
        assert_eq!(
            serde_json::to_string(&Finished::K8sCreate { object }).unwrap(),
            r#"{"kind":"k8s.create","object":{"kind":"Pod","apiVersion":"v1"}}"#
        );
    }
}
