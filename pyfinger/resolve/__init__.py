"""From a destination to addresses, as Postfix finds them."""
