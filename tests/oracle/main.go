// The oracle answers what Argo Events decides, with Argo Events' own packages, and is its event source or its sensor as a
// process. README.md says what it is asked and how it answers.
package main

import (
	"fmt"
	"os"
)

const usage = `usage: aev-oracle [eventsource | sensor | extension]

Without an argument it reads requests from stdin, one a line, and answers each with a line of JSON.
With one it is Argo Events' event source or sensor, configured by the environment as in a pod, or a foreign extension.
`

func main() {
	var err error
	switch {
	case len(os.Args) == 1:
		// Argo Events prints to stdout in places, and so can a script: the answers keep that stream for themselves.
		answers := os.Stdout
		os.Stdout = os.Stderr
		err = answerLines(os.Stdin, answers)
	case len(os.Args) == 2 && os.Args[1] == "eventsource":
		err = runEventSource()
	case len(os.Args) == 2 && os.Args[1] == "sensor":
		err = runSensor()
	case len(os.Args) == 2 && os.Args[1] == "extension":
		err = runExtension()
	default:
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "aev-oracle: %v\n", err)
		os.Exit(1)
	}
}
