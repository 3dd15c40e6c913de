package dev.bincang.ops;

import dev.bincang.transport.load.Admission;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready while the pod accepts new connections. Not ready while it is full, an event loop is overloaded, or it is ending. */
@Readiness
@Singleton
class AdmissionHealth implements HealthCheck {

    private final Admission admission;

    AdmissionHealth(Admission admission) {
        this.admission = admission;
    }

    @Override
    public HealthCheckResponse call() {
        var refusal = admission.against();
        return HealthCheckResponse.named("connections")
                .status(refusal == null)
                .withData("open", admission.open())
                .withData("new connections", refusal == null ? "accepted" : String.valueOf(refusal.getMessage()))
                .build();
    }
}
