package dev.bincang.testing.process;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessesTest {

    /** nginx does the same with its workers. */
    @Test
    void aProgramThatRestartsItsChildrenLeavesNoneBehind() {
        assumeTrue(ProxyProcess.find("setsid").isPresent(), "NOT TESTED: setsid is not installed");
        for (int round = 0; round < 5; round++) {
            var log = Processes.directory("restless").resolve("log");
            var restless = Processes.start(log, List.of("sh", "-c", "while true; do sleep 1000 & wait $!; done"));
            await().until(() -> Processes.group(restless.pid()).size() == 2);

            Processes.kill(restless);

            assertEquals(List.of(), Processes.group(restless.pid()));
        }
    }

    @Test
    void noProcessOfNginxIsLeft() {
        assumeTrue(ProxyProcess.find("nginx").isPresent(), "NOT TESTED: nginx is not installed");
        for (int round = 0; round < 5; round++) {
            var proxy = ProxyProcess.nginx(List.of(1), "return 204;", "''");
            assertEquals(2, proxy.processes().size(), "the master and its worker");

            proxy.close();

            assertEquals(List.of(), proxy.processes());
        }
    }
}
