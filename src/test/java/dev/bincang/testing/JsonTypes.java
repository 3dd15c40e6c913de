package dev.bincang.testing;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;

/** Finds the types of Bincang that Jackson meets: subtypes of sealed types, and types of record components. */
public final class JsonTypes {

    private final Set<Class<?>> all = new LinkedHashSet<>();

    private JsonTypes() {}

    public static Set<Class<?>> from(Stream<? extends Type> roots) {
        var types = new JsonTypes();
        roots.forEach(types::reach);
        return types.all;
    }

    private void reach(Type type) {
        if (type instanceof ParameterizedType generic) {
            reach(generic.getRawType());
            Stream.of(generic.getActualTypeArguments()).forEach(this::reach);
        }
        if (type instanceof Class<?> seen && seen.getName().startsWith("dev.bincang.") && all.add(seen)) {
            if (seen.isSealed()) {
                Stream.of(seen.getPermittedSubclasses()).forEach(this::reach);
            }
            if (seen.isRecord()) {
                Stream.of(seen.getRecordComponents())
                        .map(RecordComponent::getGenericType)
                        .forEach(this::reach);
            }
        }
    }
}
