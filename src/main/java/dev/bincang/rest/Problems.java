package dev.bincang.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.Refusal.Problem;
import dev.bincang.transport.Dispatcher;
import dev.bincang.transport.http.ApiEntry;
import dev.bincang.transport.inbound.ProblemAnswer;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/** Answers every failure with a problem (RFC 9457) that has a code of the closed table. */
@Singleton
class Problems {

    private final Dispatcher dispatcher;
    private final AllowedMethods allowed;

    Problems(Dispatcher dispatcher, AllowedMethods allowed) {
        this.dispatcher = dispatcher;
        this.allowed = allowed;
    }

    /** The mapper that reads bodies as strictly as frames. */
    @Produces
    @Singleton
    ObjectMapper json() {
        return Codec.json();
    }

    @ServerExceptionMapper
    RestResponse<Problem> refused(Refusal refusal) {
        return answer(refusal.problem());
    }

    @ServerExceptionMapper
    RestResponse<Problem> unreadable(MismatchedInputException e) {
        return answer(Refusal.bad(Codec.reason(e)).problem());
    }

    /** A refusal by the framework keeps its status: for example an unknown method, or a body of another media type. */
    @ServerExceptionMapper
    RestResponse<Problem> unmatched(WebApplicationException e) {
        var status = e.getResponse().getStatus();
        if (e.getCause() instanceof JsonProcessingException cause) {
            return answer(Refusal.bad(Codec.reason(cause)).problem());
        }
        if (status >= 500) {
            return failed(e);
        }
        var code = switch (status) {
            case 404 -> ErrorCode.NOT_FOUND;
            case 413 -> ErrorCode.TOO_LARGE;
            default -> ErrorCode.BAD_REQUEST;
        };
        var detail = status == 404 ? "path: does not exist" : String.valueOf(e.getMessage());
        var problem = new Refusal(code, detail).problem().withStatus(status);
        return status == 405 ? answer(problem, HttpHeaders.ALLOW, allowed.ofCurrent()) : answer(problem);
    }

    @ServerExceptionMapper
    RestResponse<Problem> failed(Throwable failure) {
        return answer(dispatcher.refusal(failure).problem());
    }

    private static RestResponse<Problem> answer(Problem problem) {
        return answer(problem, HttpHeaders.WWW_AUTHENTICATE, problem.status() == 401 ? ApiEntry.CHALLENGE : null);
    }

    /** @param value the value of a header that belongs to the status; null if there is none */
    private static RestResponse<Problem> answer(Problem problem, String header, @Nullable String value) {
        var response =
                RestResponse.ResponseBuilder.create(RestResponse.Status.fromStatusCode(problem.status()), problem);
        ProblemAnswer.headers(problem).forEach(response::header);
        if (value != null) {
            response.header(header, value);
        }
        return response.build();
    }
}
