//! The actions of a foreign extension.

use super::generated::triggers::trigger_server::Trigger;
use super::generated::triggers::{
    ApplyPolicyRequest, ApplyPolicyResponse, ExecuteRequest, ExecuteResponse, FetchResourceRequest,
    FetchResourceResponse,
};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tonic::metadata::MetadataMap;
use tonic::{Request, Response, Status};

/// A call that has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// `FetchResource`, `Execute` or `ApplyPolicy`.
    pub method: &'static str,
    /// What it brought: `spec`, the resource or the response.
    pub content: String,
    /// What else it brought.
    pub payload: String,
    /// The metadata `idempotency-key`.
    pub key: Option<String>,
    /// The metadata `traceparent`.
    pub traceparent: Option<String>,
}

/// What is done with a call.
#[derive(Clone, Debug)]
pub enum Script {
    /// It is answered with this; a verdict is good when there is nothing.
    Answer(Vec<u8>),
    /// It is refused.
    Refuse(Status),
    /// It is never answered.
    Hang,
}

/// What is done with calls, and those that have come.
#[derive(Clone, Default)]
pub struct Acting(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    calls: Vec<Called>,
    scripts: [VecDeque<Script>; 3],
    /// Calls without an answer whose callers have gone.
    given_up: usize,
}

const METHODS: [&str; 3] = ["FetchResource", "Execute", "ApplyPolicy"];

impl Acting {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every call, in order.
    pub fn calls(&self) -> Vec<Called> {
        self.state().calls.clone()
    }

    /// The methods of the calls, in order.
    pub fn methods(&self) -> Vec<&'static str> {
        self.state().calls.iter().map(|called| called.method).collect()
    }

    /// How many calls that were never answered their callers have given up.
    pub fn given_up(&self) -> usize {
        self.state().given_up
    }

    /// What is done with the next call of a method, once for each. Afterwards a resource is `{}`, a response empty and a
    /// verdict good.
    pub fn script(&self, method: &str, script: Script) {
        let mut state = self.state();
        for (queue, name) in state.scripts.iter_mut().zip(METHODS) {
            if name == method {
                queue.push_back(script.clone());
            }
        }
    }

    async fn called(
        &self,
        method: &'static str,
        metadata: &MetadataMap,
        content: &[u8],
        payload: &[u8],
    ) -> Result<Option<Vec<u8>>, Status> {
        let text = |name: &str| metadata.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let script = {
            let mut state = self.state();
            state.calls.push(Called {
                method,
                content: String::from_utf8_lossy(content).into_owned(),
                payload: String::from_utf8_lossy(payload).into_owned(),
                key: text("idempotency-key"),
                traceparent: text("traceparent"),
            });
            let mut queues = state.scripts.iter_mut().zip(METHODS);
            queues.find(|(_, name)| *name == method).and_then(|(queue, _)| queue.pop_front())
        };
        match script {
            None => Ok(None),
            Some(Script::Answer(bytes)) => Ok(Some(bytes)),
            Some(Script::Refuse(status)) => Err(status),
            Some(Script::Hang) => {
                let _caller = Caller(self);
                std::future::pending().await
            }
        }
    }
}

/// Counts when its caller goes.
struct Caller<'a>(&'a Acting);

impl Drop for Caller<'_> {
    fn drop(&mut self) {
        self.0.state().given_up += 1;
    }
}

#[tonic::async_trait]
impl Trigger for Acting {
    async fn fetch_resource(
        &self,
        request: Request<FetchResourceRequest>,
    ) -> Result<Response<FetchResourceResponse>, Status> {
        let (metadata, _, FetchResourceRequest { resource }) = request.into_parts();
        let made = self.called("FetchResource", &metadata, &resource, b"").await?;
        Ok(Response::new(FetchResourceResponse { resource: made.unwrap_or_else(|| b"{}".to_vec()) }))
    }

    async fn execute(&self, request: Request<ExecuteRequest>) -> Result<Response<ExecuteResponse>, Status> {
        let (metadata, _, ExecuteRequest { resource, payload }) = request.into_parts();
        let response = self.called("Execute", &metadata, &resource, &payload).await?.unwrap_or_default();
        Ok(Response::new(ExecuteResponse { response }))
    }

    async fn apply_policy(
        &self,
        request: Request<ApplyPolicyRequest>,
    ) -> Result<Response<ApplyPolicyResponse>, Status> {
        let (metadata, _, ApplyPolicyRequest { request }) = request.into_parts();
        let verdict = self.called("ApplyPolicy", &metadata, &request, b"").await?;
        let message = verdict.as_deref().map(String::from_utf8_lossy).unwrap_or_default().into_owned();
        Ok(Response::new(ApplyPolicyResponse { success: verdict.is_none(), message }))
    }
}
