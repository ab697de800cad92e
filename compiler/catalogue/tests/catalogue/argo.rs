//! The fields of Argo Events 1.9.11, type by type, against those of the catalogue: none is missing and none is invented.

use crate::walk::{inner, tops};
use aev_catalogue::Block;
use std::collections::BTreeSet;

/// Path of a block in the catalogue, Argo's fields, and those of them that aev says in another way.
const TYPES: &[(&str, &str, &str)] = &[
    // Words of the language: `where`.
    (
        "webhook",
        "endpoint method port url serverCertSecret serverKeySecret metadata authSecret maxPayloadSize filter",
        "filter",
    ),
    (
        "github",
        "id webhook owner repository events apiToken webhookSecret insecure active contentType githubBaseURL \
         githubUploadURL deleteHookOnFinish metadata repositories organizations githubApp filter",
        "filter",
    ),
    (
        "github.webhook",
        "endpoint method port url serverCertSecret serverKeySecret metadata authSecret maxPayloadSize",
        "",
    ),
    ("github.repositories", "owner names", ""),
    ("github.githubApp", "privateKey appID installationID", ""),
    ("calendar", "schedule interval exclusionDates timezone metadata persistence filter", "filter"),
    ("calendar.persistence", "catchup configMap", ""),
    ("calendar.persistence.catchup", "enabled maxDuration", ""),
    ("calendar.persistence.configMap", "name createIfNotExist", ""),
    ("generic", "url config insecure jsonBody metadata authSecret filter", "filter"),
    // Some names are those of a source, a bus and an action.
    ("source nats", "url subject connectionBackoff jsonBody tls metadata auth filter queue", "filter"),
    ("source nats.connectionBackoff", "duration factor jitter steps", ""),
    ("source nats.tls", "caCertSecret clientCertSecret clientKeySecret insecureSkipVerify enabled", ""),
    ("source nats.auth", "basic token nkey credential", ""),
    ("source nats.auth.basic", "username password", ""),
    (
        "jetstream",
        "version replicas containerTemplate reloaderContainerTemplate metricsContainerTemplate persistence metadata \
         nodeSelector tolerations securityContext imagePullSecrets priorityClassName priority affinity serviceAccountName \
         settings startArgs streamConfig maxPayload",
        "",
    ),
    ("jetstream.persistence", "storageClassName accessMode volumeSize", ""),
    ("jetstream.containerTemplate", "resources imagePullPolicy securityContext", ""),
    ("jetstream.metadata", "annotations labels", ""),
    ("jetstreamExotic", "url accessSecret streamConfig tls", ""),
    ("jetstreamExotic.tls", "caCertSecret clientCertSecret clientKeySecret insecureSkipVerify enabled", ""),
    ("nats", "native exotic", ""),
    (
        "nats.native",
        "replicas auth persistence containerTemplate metricsContainerTemplate nodeSelector tolerations metadata \
         securityContext maxAge imagePullSecrets serviceAccountName priorityClassName priority affinity maxMsgs maxBytes \
         maxSubs maxPayload raftHeartbeatTimeout raftElectionTimeout raftLeaseTimeout raftCommitTimeout",
        "",
    ),
    ("nats.exotic", "url clusterID auth accessSecret", ""),
    // Values in place, and one `headers` object for three fields.
    (
        "http",
        "url payload tls method parameters timeout basicAuth headers secureHeaders dynamicHeaders host",
        "parameters secureHeaders dynamicHeaders",
    ),
    ("http.basicAuth", "username password", ""),
    ("log", "intervalSeconds", ""),
    ("custom", "serverURL secure certSecret serverNameOverride spec parameters payload", "parameters"),
    ("action nats", "url subject payload parameters tls auth", "parameters"),
    ("action nats.auth", "basic token nkey credential", ""),
    ("success of an object", "labels backoff errorOnBackoffTimeout", ""),
    ("success of an object.backoff", "duration factor jitter steps", ""),
];

fn block(path: &str) -> Option<&'static Block> {
    let mut steps = path.split('.');
    let top = steps.next()?;
    let start = tops().into_iter().find(|(name, _)| name == top)?.1;
    steps.try_fold(start, |block, step| inner(&block.field(step)?.shape))
}

fn words(text: &str) -> BTreeSet<&str> {
    text.split_whitespace().collect()
}

#[test]
fn the_fields_are_those_of_argo() {
    for (path, argo, said_otherwise) in TYPES {
        let block = block(path).unwrap_or_else(|| panic!("no block {path}"));
        let here: BTreeSet<&str> = block.fields.iter().map(|field| field.name).collect();
        let there: BTreeSet<&str> = words(argo).difference(&words(said_otherwise)).copied().collect();
        assert_eq!(here, there, "{path}");
    }
}
