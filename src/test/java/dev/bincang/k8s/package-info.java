/**
 * Tests of {@code k8s/}. Every overlay, and one overlay of all components that the tests make, is rendered like {@code
 * kubectl apply -k}, read strictly into the types of Kubernetes, and compared with what the pods need: the time of the
 * drain, the memory of a connection, and the ports, paths, settings and metrics of the running application.
 *
 * <p>The pods of Sentinel and Cluster also run, as processes of this machine.
 *
 * <p>Without {@code kubectl} or {@code kustomize} on PATH these tests are skipped, and say so.
 */
package dev.bincang.k8s;
