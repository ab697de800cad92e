//! Who may connect to a server, as a part of its configuration.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use nkeys::KeyPair;
use serde_json::{Value, json};
use std::io::Error;
use std::time::{SystemTime, UNIX_EPOCH};

/// Who may connect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    #[default]
    Open,
    /// Who has these.
    UserAndPassword(String, String),
    /// Who has this token.
    Token(String),
    /// Who has the seed of a key.
    Nkey {
        /// `SU…`.
        seed: String,
    },
    /// Who has a credentials file that an operator's account has signed.
    Credentials {
        /// Its text.
        file: String,
        /// The operator, the accounts and their signatures, for the server.
        config: String,
    },
}

impl Access {
    /// A new key.
    pub fn nkey() -> Result<Access, Error> {
        Ok(Access::Nkey { seed: KeyPair::new_user().seed().map_err(Error::other)? })
    }

    /// A new operator with an account that may use JetStream, and a user of it.
    pub fn credentials() -> Result<Access, Error> {
        let (operator, account, system, user) =
            (KeyPair::new_operator(), KeyPair::new_account(), KeyPair::new_account(), KeyPair::new_user());
        let unlimited = json!({
            "subs": -1, "data": -1, "payload": -1, "imports": -1, "exports": -1, "wildcards": true, "conn": -1, "leaf": -1,
            "mem_storage": -1, "disk_storage": -1, "streams": -1, "consumer": -1,
        });
        let (to_sys, of_account) = (
            json!({ "type": "account", "version": 2 }),
            json!({ "type": "account", "version": 2, "limits": unlimited }),
        );
        let operator_jwt = jwt(&operator, &operator, json!({ "type": "operator", "version": 2 }))?;
        let account_jwt = jwt(&operator, &account, of_account)?;
        let system_jwt = jwt(&operator, &system, to_sys)?;
        let user_jwt = jwt(
            &account,
            &user,
            json!({ "type": "user", "version": 2, "subs": -1, "data": -1, "payload": -1 }),
        )?;
        let seed = user.seed().map_err(Error::other)?;
        Ok(Access::Credentials {
            file: format!(
                "-----BEGIN NATS USER JWT-----\n{user_jwt}\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY \
                 SEED-----\n{seed}\n------END USER NKEY SEED------\n"
            ),
            config: format!(
                "operator: {operator_jwt}\nsystem_account: {sys}\nresolver: MEMORY\nresolver_preload: {{ {acc}: {account_jwt}, {sys}: \
                 {system_jwt} }}\n",
                sys = system.public_key(),
                acc = account.public_key(),
            ),
        })
    }

    /// The lines of the server's configuration.
    pub(crate) fn config(&self) -> Result<String, Error> {
        Ok(match self {
            Access::Open => String::new(),
            Access::UserAndPassword(user, password) => {
                format!("authorization {{ user: {}, password: {} }}\n", json!(user), json!(password))
            }
            Access::Token(token) => format!("authorization {{ token: {} }}\n", json!(token)),
            Access::Nkey { seed } => {
                let key = KeyPair::from_seed(seed).map_err(Error::other)?;
                format!("authorization {{ users: [ {{ nkey: {} }} ] }}\n", key.public_key())
            }
            Access::Credentials { config, .. } => config.clone(),
        })
    }
}

/// What `issuer` says of `subject`, signed.
fn jwt(issuer: &KeyPair, subject: &KeyPair, nats: Value) -> Result<String, Error> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let claims = json!({
        "jti": subject.public_key(), "iat": now, "iss": issuer.public_key(), "name": "test", "sub": subject.public_key(),
        "nats": nats,
    });
    let head = json!({ "typ": "JWT", "alg": "ed25519-nkey" });
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&head), part(&claims));
    let signature = issuer.sign(signed.as_bytes()).map_err(Error::other)?;
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}
