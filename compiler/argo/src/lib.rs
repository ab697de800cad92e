//! Argo Events' resources: their types, and both directions between them and a plan.
