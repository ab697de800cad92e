//! An action with every event value filled in: what the engine hands to whoever carries it out.

use crate::argo::Operation;
use crate::duration::GoDuration;
use crate::json::Json;
use crate::model::{BasicAuth, ConfigMapRef, GrpcServer, NatsAuth, SecretRef, Tls};
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
    /// Publish this message: `{"kind": "nats", "url": …, "subject": …, "payload": …}`, and `tls` and `auth` when they are set.
    Nats(Box<FinishedNats>),
    /// Have a foreign server do this: `{"kind": "custom", "serverURL": …, "spec": {…}}`, and `secure`, `certSecret`,
    /// `serverNameOverride`, `with` and `payload` when they are set.
    Custom(Box<FinishedCustom>),
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
        self.body.as_ref().map(on_wire)
    }
}

/// A finished message for NATS.
#[derive(Clone, Debug, PartialEq)]
pub struct FinishedNats {
    /// Addresses of servers, joined by commas.
    pub url: String,
    /// What it is published under.
    pub subject: String,
    /// What is sent. Its form on the wire is [`FinishedNats::body_text`].
    pub body: Json,
    /// How the connection is secured, by names.
    pub tls: Option<Tls>,
    /// Credentials, by name.
    pub auth: Option<NatsAuth>,
}

impl FinishedNats {
    /// The message on the wire, as of [`FinishedHttp::body_text`].
    pub fn body_text(&self) -> String {
        on_wire(&self.body)
    }
}

/// What a foreign server is to do.
#[derive(Clone, Debug, PartialEq)]
pub struct FinishedCustom {
    /// Which server; its certificates by name.
    pub server: GrpcServer,
    /// Of what it makes a resource. Names are not repeated.
    pub spec: Vec<(String, String)>,
    /// What is changed in the resource, one after the other.
    pub patches: Vec<FinishedPatch>,
    /// What is sent along. Its form on the wire is [`FinishedCustom::payload_text`].
    pub payload: Option<Json>,
}

impl FinishedCustom {
    /// The payload on the wire, as of [`FinishedHttp::body_text`].
    pub fn payload_text(&self) -> Option<String> {
        self.payload.as_ref().map(on_wire)
    }
}

/// One change to a resource: `{"dest": …, "value": …}`, and `operation` when it is another than `overwrite`.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct FinishedPatch {
    /// An sjson path.
    pub dest: String,
    /// What happens to the value that stands there.
    #[serde(skip_serializing_if = "Operation::is_overwrite")]
    pub operation: Operation,
    /// What is put there.
    pub value: Json,
}

/// JSON; but what is text as a whole goes without quotes.
fn on_wire(body: &Json) -> String {
    match body {
        Json::String(text) => text.clone(),
        json => json.to_string(),
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
                    map.serialize_entry("basicAuth", &Pairs(&user_and_password(auth)))?;
                }
            }
            Finished::Nats(message) => {
                map.serialize_entry("kind", "nats")?;
                map.serialize_entry("url", &message.url)?;
                map.serialize_entry("subject", &message.subject)?;
                map.serialize_entry("payload", &message.body)?;
                if let Some(tls) = &message.tls {
                    map.serialize_entry("tls", &ShownTls(tls))?;
                }
                match &message.auth {
                    None => {}
                    Some(NatsAuth::Basic(basic)) => {
                        map.serialize_entry("auth", &Named("basic", &Pairs(&user_and_password(basic))))?;
                    }
                    Some(NatsAuth::Token(secret)) => {
                        map.serialize_entry("auth", &Named("token", &Named("secret", secret)))?;
                    }
                    Some(NatsAuth::Nkey(secret)) => {
                        map.serialize_entry("auth", &Named("nkey", &Named("secret", secret)))?;
                    }
                    Some(NatsAuth::Credential(secret)) => {
                        map.serialize_entry("auth", &Named("credential", &Named("secret", secret)))?;
                    }
                }
            }
            Finished::Custom(custom) => {
                let GrpcServer { url, secure, cert_secret, server_name_override } = &custom.server;
                map.serialize_entry("kind", "custom")?;
                map.serialize_entry("serverURL", url)?;
                if *secure {
                    map.serialize_entry("secure", secure)?;
                }
                if let Some(secret) = cert_secret {
                    map.serialize_entry("certSecret", &Named("secret", secret))?;
                }
                if let Some(name) = server_name_override {
                    map.serialize_entry("serverNameOverride", name)?;
                }
                map.serialize_entry("spec", &Pairs(&custom.spec))?;
                if !custom.patches.is_empty() {
                    map.serialize_entry("with", &custom.patches)?;
                }
                if let Some(payload) = &custom.payload {
                    map.serialize_entry("payload", payload)?;
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

fn user_and_password(auth: &BasicAuth) -> [(&'static str, Named<'_, SecretRef>); 2] {
    [("username", Named("secret", &auth.username)), ("password", Named("secret", &auth.password))]
}

/// How a connection is secured, with secrets by name.
struct ShownTls<'a>(&'a Tls);

impl Serialize for ShownTls<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Tls { enabled, insecure_skip_verify, ca_cert_secret, client_cert_secret, client_key_secret } =
            self.0;
        let mut map = serializer.serialize_map(None)?;
        for (name, said) in [("enabled", enabled), ("insecureSkipVerify", insecure_skip_verify)] {
            if *said {
                map.serialize_entry(name, said)?;
            }
        }
        let secrets = [
            ("caCertSecret", ca_cert_secret),
            ("clientCertSecret", client_cert_secret),
            ("clientKeySecret", client_key_secret),
        ];
        for (name, secret) in secrets {
            if let Some(secret) = secret {
                map.serialize_entry(name, &Named("secret", secret))?;
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
    fn a_message_shows_its_secrets_by_name() {
        let secret = |key: &str| SecretRef { name: "bus".into(), key: key.into() };
        let mut message = FinishedNats {
            url: "nats://a:4222".into(),
            subject: "orders".into(),
            body: Json::from("text"),
            tls: Some(Tls { enabled: true, ca_cert_secret: Some(secret("ca")), ..Tls::default() }),
            auth: Some(NatsAuth::Token(secret("token"))),
        };
        assert_eq!(
            serde_json::to_string(&Finished::Nats(Box::new(message.clone()))).unwrap(),
            concat!(
                r#"{"kind":"nats","url":"nats://a:4222","subject":"orders","payload":"text","#,
                r#""tls":{"enabled":true,"caCertSecret":{"secret":{"name":"bus","key":"ca"}}},"#,
                r#""auth":{"token":{"secret":{"name":"bus","key":"token"}}}}"#
            )
        );
        assert_eq!(message.body_text(), "text");
        message.body = Json::from_iter([("n", Json::from(1))]);
        assert_eq!(message.body_text(), r#"{"n":1}"#);
    }

    #[test]
    fn what_a_foreign_server_is_to_do_shows_its_secrets_by_name() {
        let custom = FinishedCustom {
            server: GrpcServer {
                url: "a:9000".into(),
                secure: true,
                cert_secret: Some(SecretRef { name: "ca".into(), key: "pem".into() }),
                server_name_override: Some("b".into()),
            },
            spec: vec![("url".into(), "x".into())],
            patches: vec![FinishedPatch {
                dest: "metadata.name".into(),
                operation: Operation::Append,
                value: Json::from("-1"),
            }],
            payload: None,
        };
        assert_eq!(
            serde_json::to_string(&Finished::Custom(Box::new(custom))).unwrap(),
            concat!(
                r#"{"kind":"custom","serverURL":"a:9000","secure":true,"certSecret":{"secret":{"name":"ca","key":"pem"}},"#,
                r#""serverNameOverride":"b","spec":{"url":"x"},"#,
                r#""with":[{"dest":"metadata.name","operation":"append","value":"-1"}]}"#
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
