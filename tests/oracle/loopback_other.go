//go:build !linux

package main

import (
	"context"

	"github.com/argoproj/argo-events/pkg/shared/logging"
)

// stayOnLoopback can bind the sockets of others on Linux only.
func stayOnLoopback(ctx context.Context) {
	logging.FromContext(ctx).Warn("what listens here can be reached from other machines, too")
}
