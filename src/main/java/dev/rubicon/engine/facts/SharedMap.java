package dev.rubicon.engine.facts;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A sorted map that never changes: a change gives another one, which shares nearly all of this. So a schema can be kept
 * as it was, before each step and at each BEGIN, at no cost. A treap: a search tree by key, a heap by the key's hash.
 */
final class SharedMap<K, V> {

    private final Comparator<? super K> order;
    private final @Nullable Node<K, V> root;

    private SharedMap(Comparator<? super K> order, @Nullable Node<K, V> root) {
        this.order = order;
        this.root = root;
    }

    private record Node<K, V>(K key, V value, int rank, @Nullable Node<K, V> left, @Nullable Node<K, V> right) {

        Node<K, V> withLeft(@Nullable Node<K, V> other) {
            return new Node<>(key, value, rank, other, right);
        }

        Node<K, V> withRight(@Nullable Node<K, V> other) {
            return new Node<>(key, value, rank, left, other);
        }
    }

    static <K, V> SharedMap<K, V> sortedBy(Comparator<? super K> order) {
        return new SharedMap<>(order, null);
    }

    @Nullable
    V get(K key) {
        Node<K, V> node = root;
        while (node != null) {
            int way = order.compare(key, node.key);
            if (way == 0) {
                return node.value;
            }
            node = way < 0 ? node.left : node.right;
        }
        return null;
    }

    boolean isEmpty() {
        return root == null;
    }

    SharedMap<K, V> with(K key, V value) {
        return new SharedMap<>(order, put(root, key, value));
    }

    SharedMap<K, V> without(K key) {
        return get(key) == null ? this : new SharedMap<>(order, remove(root, key));
    }

    /** The values, by their keys' order. */
    List<V> values() {
        List<V> values = new ArrayList<>();
        each((key, value) -> values.add(value));
        return values;
    }

    List<K> keys() {
        List<K> keys = new ArrayList<>();
        each((key, value) -> keys.add(key));
        return keys;
    }

    void each(BiConsumer<? super K, ? super V> visitor) {
        visit(root, visitor);
    }

    private static <K, V> void visit(@Nullable Node<K, V> node, BiConsumer<? super K, ? super V> visitor) {
        if (node != null) {
            visit(node.left, visitor);
            visitor.accept(node.key, node.value);
            visit(node.right, visitor);
        }
    }

    private Node<K, V> put(@Nullable Node<K, V> node, K key, V value) {
        if (node == null) {
            return new Node<>(key, value, rank(key), null, null);
        }
        int way = order.compare(key, node.key);
        if (way == 0) {
            return new Node<>(node.key, value, node.rank, node.left, node.right);
        }
        if (way < 0) {
            Node<K, V> left = put(node.left, key, value);
            return left.rank > node.rank ? left.withRight(node.withLeft(left.right)) : node.withLeft(left);
        }
        Node<K, V> right = put(node.right, key, value);
        return right.rank > node.rank ? right.withLeft(node.withRight(right.left)) : node.withRight(right);
    }

    private @Nullable Node<K, V> remove(@Nullable Node<K, V> node, K key) {
        if (node == null) {
            return null;
        }
        int way = order.compare(key, node.key);
        if (way == 0) {
            return joined(node.left, node.right);
        }
        return way < 0 ? node.withLeft(remove(node.left, key)) : node.withRight(remove(node.right, key));
    }

    private static <K, V> @Nullable Node<K, V> joined(@Nullable Node<K, V> left, @Nullable Node<K, V> right) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        return left.rank > right.rank
                ? left.withRight(joined(left.right, right))
                : right.withLeft(joined(left, right.left));
    }

    /** Spread, since the hashes of like names lie close together. */
    private static int rank(Object key) {
        int hash = key.hashCode() * 0x9E3779B9;
        return (hash ^ hash >>> 15) * 0x85EBCA6B;
    }
}
