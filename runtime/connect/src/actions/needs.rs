//! What the actions of a plan need before any of them can be carried out.

use crate::grpc::{Address, GrpcError};
use crate::nats::{NatsError, Server};
use aev_plan::Plan;
use aev_plan::model::{Action, ConfigMapRef, HeaderValue, SecretRef};

/// Every secret that an action of the plan reads, in the order of the file.
///
/// # Errors
/// What an action needs and this runtime cannot give it.
pub fn needs(plan: &Plan) -> Result<Vec<SecretRef>, Vec<NeedsError>> {
    let (mut secrets, mut errors) = (Vec::new(), Vec::new());
    for trigger in plan.sensors.iter().flat_map(|sensor| &sensor.triggers) {
        let fallback = trigger.on_failure.iter().map(|fallback| (&fallback.name, &fallback.action));
        for (name, action) in std::iter::once((&trigger.name, &trigger.action)).chain(fallback) {
            let http = match action {
                Action::Http(http) => http,
                Action::Nats(message) => {
                    let server = Server::new(&message.url, message.tls.clone(), message.auth.clone());
                    match server {
                        Ok(server) => secrets.extend(server.secrets()),
                        Err(error) => errors.push(NeedsError::Nats { trigger: name.clone(), error }),
                    }
                    continue;
                }
                Action::Custom(custom) => {
                    secrets.extend(custom.server.cert_secret.clone());
                    if let Err(error) = Address::new(&custom.server.url) {
                        errors.push(NeedsError::Grpc { trigger: name.clone(), error });
                    }
                    continue;
                }
                _ => continue,
            };
            for header in &http.headers {
                match &header.value {
                    HeaderValue::Text(_) => {}
                    HeaderValue::Secret(secret) => secrets.push(secret.clone()),
                    HeaderValue::ConfigMap(member) => {
                        errors.push(NeedsError::ConfigMap { trigger: name.clone(), member: member.clone() });
                    }
                }
            }
            if let Some(auth) = &http.basic_auth {
                secrets.extend([auth.username.clone(), auth.password.clone()]);
            }
        }
    }
    if errors.is_empty() { Ok(secrets) } else { Err(errors) }
}

/// An action needs what is not here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NeedsError {
    /// The server of a message cannot be used as it is written.
    #[error("the trigger `{trigger}` cannot publish: {error}")]
    Nats {
        /// Name of the trigger.
        trigger: String,
        /// Why.
        error: NatsError,
    },
    /// A foreign server cannot be called as it is written.
    #[error("the trigger `{trigger}` cannot call its server: {error}")]
    Grpc {
        /// Name of the trigger.
        trigger: String,
        /// Why.
        error: GrpcError,
    },
    /// There are no config maps outside a cluster.
    #[error(
        "the trigger `{trigger}` reads the config map `{}`, and there is none outside a cluster; write the value of its \
         key `{}` into the file, or use a secret", member.name, member.key
    )]
    ConfigMap {
        /// Name of the trigger.
        trigger: String,
        /// Which member.
        member: ConfigMapRef,
    },
}
