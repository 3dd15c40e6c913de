/**
 * What {@code k8s/} promises. Every overlay, and one that the tests make of all components together, is rendered as
 * {@code kubectl apply -k} would, read strictly into Kubernetes' own types, and held against what the pods need: the drain's
 * time, the memory of a connection, the ports, paths, settings and metrics of the running application.
 *
 * <p>Without {@code kubectl} or {@code kustomize} on PATH nothing here is tested, which is told.
 */
package dev.bincang.k8s;
