package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/argoproj/argo-events/pkg/apis/events/v1alpha1"
	"github.com/argoproj/argo-events/pkg/eventsources"
	"github.com/argoproj/argo-events/pkg/metrics"
	"github.com/argoproj/argo-events/pkg/sensors"
	"github.com/argoproj/argo-events/pkg/shared/logging"
	sharedutil "github.com/argoproj/argo-events/pkg/shared/util"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// pod is what the controller gives to both kinds of pod by the environment.
type pod struct {
	name    string
	bus     v1alpha1.BusConfig
	subject string
}

func runEventSource() error {
	source := &v1alpha1.EventSource{}
	pod, err := podOf(v1alpha1.EnvVarEventSourceObject, source)
	if err != nil {
		return err
	}
	ctx, stop := background("eventsource", logging.LabelEventSourceName, source.Name)
	defer stop()
	go stayOnLoopback(ctx)
	// The numbers are counted as in a pod, but nothing serves them: Argo Events' port for that is fixed.
	counted := metrics.NewMetrics(source.Namespace)
	return eventsources.NewEventSourceAdaptor(source, &pod.bus, pod.subject, pod.name, counted).Start(ctx)
}

func runSensor() error {
	sensor := &v1alpha1.Sensor{}
	pod, err := podOf(v1alpha1.EnvVarSensorObject, sensor)
	if err != nil {
		return err
	}
	cluster, err := clusterOf(os.Getenv(v1alpha1.EnvVarKubeConfig))
	if err != nil {
		return err
	}
	kube, err := kubernetes.NewForConfig(cluster)
	if err != nil {
		return err
	}
	objects, err := dynamic.NewForConfig(cluster)
	if err != nil {
		return err
	}
	ctx, stop := background("sensor", "sensorName", sensor.Name)
	defer stop()
	go stayOnLoopback(ctx)
	counted := metrics.NewMetrics(sensor.Namespace)
	return sensors.NewSensorContext(kube, objects, sensor, &pod.bus, pod.subject, pod.name, counted).Start(ctx)
}

// podOf reads the object from the variable and the rest of the environment.
func podOf(variable string, object any) (pod, error) {
	var found pod
	if err := decode(variable, object); err != nil {
		return found, err
	}
	if err := decode(v1alpha1.EnvVarEventBusConfig, &found.bus); err != nil {
		return found, err
	}
	for variable, value := range map[string]*string{
		v1alpha1.EnvVarEventBusSubject: &found.subject, "POD_NAME": &found.name,
	} {
		given, set := os.LookupEnv(variable)
		if !set {
			return found, fmt.Errorf("%s is not set", variable)
		}
		*value = given
	}
	return found, nil
}

// decode reads JSON in base64 from a variable.
func decode(variable string, value any) error {
	given, set := os.LookupEnv(variable)
	if !set {
		return fmt.Errorf("%s is not set", variable)
	}
	text, err := base64.StdEncoding.DecodeString(given)
	if err != nil {
		return fmt.Errorf("%s: %w", variable, err)
	}
	if err := json.Unmarshal(text, value); err != nil {
		return fmt.Errorf("%s: %w", variable, err)
	}
	return nil
}

// clusterOf is the cluster of a kubeconfig file. A pod without one would ask the cluster that it runs in; here there is none,
// and creating an object fails as in a cluster that is away.
func clusterOf(kubeconfig string) (*rest.Config, error) {
	if kubeconfig == "" {
		return &rest.Config{Host: "http://127.0.0.1:1"}, nil
	}
	return sharedutil.GetClientConfig(kubeconfig)
}

func background(component, label, name string) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	logger := logging.NewArgoEventsLogger().Named(component).With(label, name)
	return logging.WithLogger(ctx, logger), stop
}
