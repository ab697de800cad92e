package main

import (
	"context"
	"os"
	"strconv"
	"time"

	"github.com/argoproj/argo-events/pkg/shared/logging"
	"golang.org/x/sys/unix"
)

// stayOnLoopback binds each socket that listens to the loopback interface. Argo Events' sources listen on every address of
// the machine and cannot be told otherwise, so this watches for such sockets and takes them in hand as they come up.
func stayOnLoopback(ctx context.Context) {
	log := logging.FromContext(ctx)
	// Often until the source has begun to listen; seldom afterwards, so that it costs nothing that could be measured.
	pause := 5 * time.Millisecond
	for ctx.Err() == nil {
		bound, err := bindListeners()
		if err != nil {
			log.Errorw("a socket listens beyond loopback", "error", err)
		}
		if bound {
			pause = time.Second
		}
		time.Sleep(pause)
	}
}

// bindListeners says whether a socket was bound that was not before.
func bindListeners() (bool, error) {
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return false, err
	}
	bound := false
	for _, file := range files {
		fd, err := strconv.Atoi(file.Name())
		if err != nil {
			continue
		}
		listens, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ACCEPTCONN)
		if err != nil || listens == 0 {
			continue
		}
		device, err := unix.GetsockoptString(fd, unix.SOL_SOCKET, unix.SO_BINDTODEVICE)
		if err != nil || device != "" {
			continue
		}
		if err := unix.SetsockoptString(fd, unix.SOL_SOCKET, unix.SO_BINDTODEVICE, "lo"); err != nil {
			return bound, err
		}
		bound = true
	}
	return bound, nil
}
