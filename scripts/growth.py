#!/usr/bin/env python3
"""How the command's time and memory grow with its input.

Makes sources, IAM JSON and requests of one construct each, of an eighth, a quarter, a half and all of a size (default
256 KB), runs every command that takes them, and prints processor time, memory, and the factor of each doubling. Fails
when a run takes more than 5 s or 1 GB, ends by a signal or a panic, or grows by more than 2.3 where input and output
together double. Runs of less than a fifth of a second are not compared: the start of the command is most of them.

    scripts/growth.py [--command target/release/tabella] [--size BYTES] [--all] [word in the name of a construct ...]

Needs Python 3 on Linux. With `--all` every row is printed, else those of more than a tenth of a second.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile

SECONDS, MEGABYTES, FACTOR, COMPARED = 5.0, 1024, 2.3, 0.2
ACCOUNT = "account main 111111111111\n"
CALLER = "arn:aws:iam::111111111111:user/U"
CONSTRUCTS = {}


def construct(*commands):
    """A construct: from a number, the text of its file, or a dictionary of files, of which the first is named."""

    def add(make):
        CONSTRUCTS[make.__name__] = (make, commands or ("check", "build", "fmt", "export"))
        return make

    return add


def lines(n, line):
    return "".join(line.format(i=i, j=(i * 7919) % n, k=i + 1, h=i % 16, p=max(i - 1, 0)) + "\n" for i in range(n))


def listed(n, item, separator=", "):
    return separator.join(item.format(i=i, k=i + 1) for i in range(n))


def policy(body, name="P"):
    return f"{ACCOUNT}user U in main {{ policies {name} }}\npolicy {name} {{\n{body}\n}}\n"


def case(user="user U in main", line="allow s3:GetObject on arn:aws:s3:::b0/x"):
    return f'test "t" {{ as {user} {{ {line} }} }}\n'


# Statements and policies.


@construct()
def statements(n):
    return policy(lines(n, " allow s3:GetObject on arn:aws:s3:::b{i}/*"))


@construct()
def statements_alike(n):
    return policy(lines(n, " allow s3:GetObject on arn:aws:s3:::b/*"))


@construct()
def statements_named(n):
    return policy(lines(n, " S{i}: deny s3:GetObject on arn:aws:s3:::b{i}/*"))


@construct()
def statements_of_one_name(n):
    return policy(lines(n, " S: deny s3:GetObject on arn:aws:s3:::b{i}/*"))


@construct()
def statements_with_conditions(n):
    return policy(lines(n, ' allow s3:GetObject when aws:RequestTag/t{i} == "{i}"'))


@construct()
def statements_with_contradictions(n):
    return policy(lines(n, ' allow s3:GetObject when aws:RequestTag/t == "{i}" and aws:RequestTag/t == "{k}"'))


@construct()
def policies(n):
    return ACCOUNT + lines(n, "user U{i} in main {{ policies P{i} }}\npolicy P{i} {{ allow s3:GetObject on arn:aws:s3:::b{i}/* }}")


@construct()
def policies_of_one_user(n):
    attached = listed(n, "P{i}")
    return f"{ACCOUNT}user U in main {{ policies {attached} }}\n" + lines(n, "policy P{i} {{ allow s3:GetObject on arn:aws:s3:::b{i}/* }}")


@construct()
def policies_unattached(n):
    return lines(n, "policy P{i} {{ allow s3:GetObject on arn:aws:s3:::b{i}/* }}")


@construct()
def policies_inline(n):
    return ACCOUNT + lines(n, "role R{i} in main {{ trust {{ allow account main }} policy Own {{ allow s3:GetObject on arn:aws:s3:::b{i}/* }} }}")


@construct()
def policies_inline_of_one_user(n):
    return f"{ACCOUNT}user U in main {{\n" + lines(n, " policy P{i} {{ allow s3:GetObject on arn:aws:s3:::b{i}/* }}") + "}\n"


@construct()
def managed_by_arn(n):
    return ACCOUNT + lines(
        n,
        "user U{i} in main {{ policies arn:aws:iam::111111111111:policy/P{j} }}\n"
        "policy P{i} arn arn:aws:iam::111111111111:policy/P{i} {{ allow s3:GetObject }}",
    )


@construct()
def managed_by_aws(n):
    return ACCOUNT + lines(n, "user U{i} in main {{ policies arn:aws:iam::aws:policy/ReadOnlyAccess }}")


@construct()
def notes(n):
    return policy(lines(n, ' @note("{i}")') + "allow s3:GetObject")


# Folders and imports.


@construct("check folder", "build folder", "fmt folder", "export folder")
def folder(n):
    files = {f"p{i}.tabella": f"policy P{i} {{ allow s3:GetObject on arn:aws:s3:::b{i}/* }}\n" for i in range(n)}
    return {"main.tabella": ACCOUNT + lines(n, "user U{i} in main {{ policies P{i} }}"), **files}


@construct("check", "build")
def imports_of_one(n):
    return {"main.tabella": ACCOUNT + lines(n, 'import "p{i}.tabella"'), **{f"p{i}.tabella": f"const c{i} = 1\n" for i in range(n)}}


@construct("check", "build")
def imports_in_a_chain(n):
    chain = {f"p{i}.tabella": f'import "p{i + 1}.tabella"\nconst c{i} = 1\n' for i in range(n)}
    return {"main.tabella": 'import "p0.tabella"\n', **chain, f"p{n}.tabella": ACCOUNT}


@construct("check", "build")
def imports_of_the_same(n):
    return {"main.tabella": lines(n, 'import "p.tabella"'), "p.tabella": ACCOUNT}


@construct("check", "build")
def imports_of_nothing(n):
    return lines(n, 'import "p{i}.tabella"')


@construct("check folder", "build folder")
def imports_of_all_by_all(n):
    m = int(n**0.5) + 1
    return {f"p{i}.tabella": "".join(f'import "p{j}.tabella"\n' for j in range(i)) for i in range(m)}


# Names.


@construct()
def constants(n):
    return policy(lines(n, ' allow s3:GetObject when aws:RequestTag/t == c{i}')) + lines(n, 'const c{i} = "{i}"')


@construct()
def constants_in_texts(n):
    return policy(lines(n, " allow s3:GetObject on arn:aws:s3:::$(c{j})/*")) + lines(n, 'const c{i} = "b{i}"')


@construct()
def constants_of_constants(n):
    return 'const c0 = "x"\n' + lines(n, "const c{k} = [c{i}]") + policy(f" allow s3:GetObject when aws:RequestTag/t == c{n}")


@construct()
def constant_of_many(n):
    values = listed(n, '"{i}"')
    return f"const c = [{values}]\n" + policy(" allow s3:GetObject when aws:RequestTag/t == c")


@construct()
def constant_of_many_in_many(n):
    values = listed(n, '"{i}"')
    return f"const c = [{values}]\n" + policy(lines(n, " allow s3:GetObject on arn:aws:s3:::b{i} when aws:RequestTag/t == c"))


@construct()
def constant_of_many_joined(n):
    values = listed(n, '"{i}"')
    return f"const c = [{values}]\n" + policy(lines(n, ' allow s3:GetObject on arn:aws:s3:::b{i} when aws:RequestTag/t in [c, "x{i}"]'))


@construct()
def constant_of_many_under_many_keys(n):
    values = listed(n, '"{i}"')
    return f"const c = [{values}]\n" + policy(lines(n, " allow s3:GetObject when aws:RequestTag/t{i} not in c"))


@construct()
def constant_of_many_in_one_condition(n):
    values, m = listed(n, '"{i}"'), min(n, 9000)
    tests = listed(m, "aws:RequestTag/t == c", " and ")
    return f"const c = [{values}]\n" + policy(f"allow s3:GetObject when {tests}")


@construct()
def constants_of_many_in_one_condition(n):
    m = int(n**0.5) + 1
    each = "".join(f"const c{i} = [{', '.join(chr(34) + str(i * 7 + j) + chr(34) for j in range(m))}]\n" for i in range(m))
    tests = listed(m, "aws:RequestTag/t == c{i}", " and ")
    return each + policy(f"allow s3:GetObject when {tests}")


@construct()
def action_sets(n):
    return policy(lines(n, " allow a{i} on arn:aws:s3:::b{i}")) + lines(n, "actions a{i} = s3:GetObject, s3:Put*")


@construct()
def action_sets_in_a_chain(n):
    return "actions a0 = s3:GetObject\n" + lines(n, "actions a{k} = a{i}, s3:Put{i}*") + policy(f" allow a{n}")


@construct()
def action_set_of_many(n):
    return f"actions a = {listed(n, 's3:G{i}*')}\n" + policy(" allow a")


@construct()
def action_set_of_many_in_many(n):
    return f"actions a = {listed(n, 's3:G{i}*')}\n" + policy(lines(n, " allow a on arn:aws:s3:::b{i}"))


@construct()
def action_set_of_many_in_many_policies(n):
    return ACCOUNT + f"actions a = {listed(n, 's3:G{i}*')}\n" + lines(n, "user U{i} in main {{ policies P{i} }}\npolicy P{i} {{ deny not (a, s3:H{i}*) }}")


@construct()
def resource_sets(n):
    return policy(lines(n, " allow s3:* on r{i}")) + lines(n, "resources r{i} = arn:aws:s3:::b{i}, arn:aws:s3:::b{i}/*")


@construct()
def resource_sets_in_a_chain(n):
    return "resources r0 = arn:aws:s3:::b\n" + lines(n, "resources r{k} = r{i}, arn:aws:s3:::b{i}/*") + policy(f" allow s3:* on r{n}")


@construct()
def resource_set_of_many_in_many(n):
    return f"resources r = {listed(n, 'arn:aws:s3:::b{i}')}\n" + policy(lines(n, " allow s3:* on r"))


@construct()
def resource_set_of_many_by_many_actions(n):
    return f"resources r = {listed(n, 'arn:aws:s3:::b{i}')}\n" + policy(lines(n, " allow s3:Get{i}* on r"))


@construct()
def resource_set_of_many_in_many_policies(n):
    return ACCOUNT + f"resources r = {listed(n, 'arn:aws:s3:::b{i}')}\n" + lines(n, "user U{i} in main {{ policies P{i} }}\npolicy P{i} {{ allow s3:* on r }}")


@construct()
def resource_set_of_many_unattached(n):
    return f"resources r = {listed(n, 'arn:aws:s3:::b{i}')}\n" + lines(n, "policy P{i} {{ allow s3:* on r }}")


@construct()
def resource_set_of_many_in_resource_policies(n):
    return ACCOUNT + f"resources r = {listed(n, 'arn:aws:s3:::b{i}')}\n" + lines(n, "resource policy on arn:aws:s3:::b{i} in main {{ allow account main s3:* on r }}")


@construct()
def resource_set_of_many_joined(n):
    return f"resources r = {listed(n, 'arn:aws:s3:::b{i}')}\n" + policy(lines(n, " allow s3:* on r, arn:aws:s3:::c{i}"))


@construct()
def resource_set_of_wildcards_in_many(n):
    return f"resources r = {listed(n, 'arn:aws:s3:::*b{i}*c?{k}')}\n" + policy(lines(n, " allow s3:Get*, iam:List{i}* on r"))


@construct()
def sets_of_sets(n):
    m = int(n**0.5) + 1
    first = "".join(f"resources r{i} = {', '.join(f'arn:aws:s3:::b{j}' for j in range(m))}\n" for i in range(m))
    return first + "".join(f"resources q{i} = {listed(m, 'r{i}')}, arn:aws:s3:::q{i}\n" for i in range(m)) + policy(lines(m, " allow s3:* on q{i}"))


@construct()
def conditions(n):
    return policy(lines(n, " allow s3:GetObject when c{i}")) + lines(n, 'condition c{i} = aws:RequestTag/t{i} == "x" or aws:username == "{i}"')


@construct()
def conditions_in_a_chain(n):
    m = min(n, 100)
    chains = "".join(
        f'condition c{c}x0 = aws:username == "a{c}"\n' + lines(m, f'condition c{c}x{{k}} = c{c}x{{i}} and aws:RequestTag/t{{i}} == "x"')
        for c in range(n // m)
    )
    return chains + policy("".join(f" allow s3:GetObject when c{c}x{m}\n" for c in range(n // m)))


@construct()
def condition_of_many_in_many(n):
    tests = listed(min(n, 9000), 'aws:RequestTag/t{i} == "x"', " and ")
    return f"condition c = {tests}\n" + policy(lines(n, " allow s3:GetObject on arn:aws:s3:::b{i} when c"))


@construct()
def condition_of_many_negated(n):
    tests = listed(min(n, 9000), 'aws:RequestTag/t{i} == "x"', " or ")
    return f"condition c = {tests}\n" + policy(lines(n, " deny s3:GetObject on arn:aws:s3:::b{i} unless c"))


@construct()
def condition_of_alternatives_in_many(n):
    tests = listed(7, '(aws:RequestTag/a{i} == "x" or aws:RequestTag/b{i} == "x")', " and ")
    return f"condition c = {tests}\n" + policy(lines(n, " allow s3:GetObject on arn:aws:s3:::b{i} when c"))


@construct()
def condition_of_alternatives_and_many(n):
    tests = listed(8, '(aws:RequestTag/a{i} == "x" or aws:RequestTag/b{i} == "x")', " and ")
    return policy(f"allow s3:GetObject when {tests} and " + listed(min(n, 9000), 'aws:RequestTag/t{i} == "x"', " and "))


@construct()
def condition_of_alternatives_of_one_key(n):
    values = '"a", ' * 1 + listed(n, '"v{i}"')
    tests = listed(7, f'(aws:RequestTag/a == k or aws:RequestTag/b{{i}} == "x")', " and ")
    return f"const k = [{values}]\n" + policy(f"allow s3:GetObject when {tests}")


@construct()
def conditions_and_by_two(n):
    some = listed(min(n, 9000), 'aws:RequestTag/t{i} == "x"', " and ")
    return f"condition c = {some}\n" + policy(lines(n, ' allow s3:GetObject when c and aws:username == "u{i}"'))


@construct()
def one_condition_or(n):
    return policy("allow s3:GetObject when " + listed(min(n, 250), 'aws:RequestTag/t{i} == "x"', " or ") + "\n" + lines(n // 250, ' allow s3:* when aws:username == "{i}"'))


@construct()
def one_condition_or_of_one_key(n):
    return policy("allow s3:GetObject when " + listed(min(n, 9900), 'aws:username == "x{i}"', " or "))


@construct()
def one_condition_and_of_one_key(n):
    return policy("allow s3:GetObject when " + listed(min(n, 9900), 'aws:username != "x{i}"', " and "))


@construct()
def one_condition_and_like(n):
    return policy("allow s3:GetObject when " + listed(min(n, 9900), 'aws:username like "x*y{i}*"', " and "))


@construct()
def one_list(n):
    return policy(f"allow s3:GetObject when aws:username in [{listed(n, chr(34) + '{i}' + chr(34))}]")


@construct()
def one_list_of_patterns(n):
    return policy("allow s3:GetObject when aws:username like [" + listed(n, '"*a{i}*b"') + "]")


@construct()
def one_list_of_networks(n):
    return policy("allow s3:GetObject when aws:SourceIp in [" + ", ".join(f"10.{i >> 8 & 255}.{i & 255}.0/24" for i in range(n)) + "]")


@construct()
def one_list_of_arns(n):
    return policy("allow s3:GetObject when aws:SourceArn like [" + listed(n, "arn:aws:sns:*:111111111111:t{i}*") + "]")


@construct()
def one_list_of_numbers(n):
    return policy("deny s3:GetObject unless s3:max-keys in [" + listed(n, "{i}") + "]")


@construct()
def orders_of_one_key(n):
    return policy("allow s3:GetObject when " + listed(min(n, 9900), "s3:max-keys < {i}", " and "))


# Lists of one statement.


@construct()
def one_list_of_actions(n):
    return policy("allow " + listed(n, "s3:Get{i}*"))


@construct()
def one_list_of_known_actions(n):
    return policy("allow " + ", ".join(["s3:GetObject", "s3:Put*", "ec2:Run*", "iam:*", "sts:*x*"][i % 5] for i in range(n)))


@construct()
def one_list_of_action_wildcards(n):
    return policy("allow " + listed(n, "s3:*a{i}*b?c*"))


@construct()
def one_list_of_all_but_actions(n):
    return policy("deny not (" + listed(n, "s3:*a{i}*") + ")")


@construct()
def one_list_of_services(n):
    return policy("allow " + listed(n, "svc{i}:Get*"))


@construct()
def one_list_of_resources(n):
    return policy("allow s3:* on " + listed(n, "arn:aws:s3:::b{i}/*"))


@construct()
def one_list_of_resource_wildcards(n):
    return policy("allow s3:*, sqs:*, iam:* on " + listed(n, "arn:aws:s3:::*a{i}*b?c*"))


@construct()
def one_list_of_nested_wildcards(n):
    return policy("allow s3:* on " + ", ".join("arn:aws:s3:::" + "a" * (i % 400) + "*" for i in range(n)))


@construct()
def one_list_of_all_but_resources(n):
    return policy("deny s3:* on not (" + listed(n, "arn:aws:s3:::*b{i}*x*") + ")")


@construct()
def one_list_of_variables(n):
    return policy("allow s3:* on " + listed(n, "arn:aws:s3:::b{i}/${{aws:username}}/*"))


@construct()
def one_list_of_principals(n):
    return f"{ACCOUNT}resource policy on arn:aws:s3:::b in main {{ allow " + listed(n, "role arn:aws:iam::111111111111:role/R{i}") + " s3:* }\n"


@construct()
def one_list_of_all_but_principals(n):
    return f"{ACCOUNT}resource policy on arn:aws:s3:::b in main {{ deny anyone but (account main, " + listed(n, "role arn:aws:iam::111111111111:role/R{i}") + ") s3:* }\n"


@construct()
def statements_of_all_but_principals(n):
    return f"{ACCOUNT}resource policy on arn:aws:s3:::b in main {{\n" + lines(n, " deny anyone but (account main, role arn:aws:iam::111111111111:role/R{i}) s3:*") + "}\n"


# Organizations, identities.


@construct()
def accounts(n):
    return "organization o-a1b2c3d4e5 {\n" + "".join(f" account a{i} {i + 100000000000}\n" for i in range(n)) + "}\n"


@construct()
def units(n):
    return "organization o-a1b2c3d4e5 {\n" + "".join(f" unit u{i} {{ account a{i} {i + 100000000000} }}\n" for i in range(n)) + "}\n"


@construct()
def units_nested(n):
    m = 100
    tree = "".join(
        "".join(f"unit u{t}x{d} {{ account a{t}x{d} {t * m + d + 100000000000} " for d in range(m)) + "}" * m + "\n" for t in range(max(n // m, 1))
    )
    return "organization o-a1b2c3d4e5 {\n" + tree + "}\n"


@construct()
def guardrails(n):
    accounts = "".join(f" account a{i} {i + 100000000000}\n" for i in range(n))
    return "organization o-a1b2c3d4e5 {\n" + accounts + "}\n" + lines(n, "guardrail G{i} on account a{i} {{ allow * deny s3:* on arn:aws:s3:::b{i} }}")


@construct()
def guardrails_of_root(n):
    return "organization o-a1b2c3d4e5 { account a 111111111111 }\n" + lines(n, "guardrail G{i} on root {{ allow * deny s3:* on arn:aws:s3:::b{i} }}")


@construct()
def guardrails_of_root_for_many(n):
    accounts = "".join(f" account a{i} {i + 100000000000}\n" for i in range(n))
    users = lines(n, "user U{i} in a{i} {{ policies P }}")
    return "organization o-a1b2c3d4e5 {\n" + accounts + "}\n" + lines(n, "guardrail G{i} on root {{ allow * deny s3:* on arn:aws:s3:::b{i} }}") + users + "policy P { allow s3:* }\n"


@construct()
def guardrail_on_many(n):
    accounts = "".join(f" account a{i} {i + 100000000000}\n" for i in range(n))
    return "organization o-a1b2c3d4e5 {\n" + accounts + "}\nguardrail G on " + listed(n, "account a{i}") + " { allow * deny s3:* on arn:aws:s3:::b }\n"


@construct()
def guardrails_on_nested_units(n):
    m = 100
    tree = "".join(f"unit u{d} {{ account a{d} {d + 100000000000} " for d in range(m)) + "}" * m
    return "organization o-a1b2c3d4e5 {\n" + tree + "\n}\n" + "".join(f"guardrail G{i} on unit u{i % m} {{ allow * deny s3:* on arn:aws:s3:::b{i} }}\n" for i in range(n))


@construct()
def resource_guardrails(n):
    return "organization o-a1b2c3d4e5 { account a 111111111111 }\n" + lines(n, "resource guardrail G{i} on root {{ deny anyone s3:* on arn:aws:s3:::b{i} }}")


@construct()
def users(n):
    return ACCOUNT + lines(n, "user U{i} in main {{ policies P }}") + "policy P { allow s3:GetObject on arn:aws:s3:::b/* }\n"


@construct()
def users_by_account(n):
    return "".join(f"account a{i} {i + 100000000000}\n" for i in range(n)) + lines(n, "user U in a{i} {{ policies P }}") + "policy P { allow s3:GetObject on arn:aws:s3:::b/* }\n"


@construct()
def tags(n):
    return f"{ACCOUNT}user U in main {{ tags " + listed(n, 'k{i} = "v"') + " }\n"


@construct()
def tags_of_many(n):
    return ACCOUNT + lines(n, 'user U{i} in main {{ tags k{i} = "v{i}", l = "{i}" }}')


@construct()
def roles(n):
    return ACCOUNT + lines(n, "role R{i} in main {{ trust {{ allow role R{j} in main }} }}")


@construct()
def roles_that_trust_all(n):
    m = int(n**0.5) + 1
    return ACCOUNT + "".join(f"role R{i} in main {{ trust {{ allow {', '.join(f'role R{j} in main' for j in range(m))} }} }}\n" for i in range(m))


@construct()
def role_that_trusts_many(n):
    return f"{ACCOUNT}role R in main {{ trust {{\n" + lines(n, ' allow account main when sts:ExternalId == "{i}"') + "} }\n"


@construct()
def groups(n):
    return ACCOUNT + lines(n, "group G{i} in main {{ policies P{i} }}\npolicy P{i} {{ allow s3:GetObject on arn:aws:s3:::b{i}/* }}\nuser U{i} in main {{ groups G{i}, G{j} }}")


@construct()
def group_of_many(n):
    return f"{ACCOUNT}group G in main {{ policies P }}\npolicy P {{ allow s3:GetObject }}\n" + lines(n, "user U{i} in main {{ groups G }}")


@construct()
def group_of_many_and_policies(n):
    return f"{ACCOUNT}group G in main {{ policies {listed(n, 'P{i}')} }}\n" + lines(n, "policy P{i} {{ allow s3:GetObject on arn:aws:s3:::b{i} }}\nuser U{i} in main {{ groups G }}")


@construct()
def groups_of_one_user(n):
    return f"{ACCOUNT}user U in main {{ groups {listed(n, 'G{i}')} }}\n" + lines(n, "group G{i} in main {{ policies P }}") + "policy P { allow s3:* }\n"


@construct()
def groups_by_users(n):
    m = int(n**0.5) + 1
    return ACCOUNT + lines(m, "group G{i} in main {{ policies P{i} }}\npolicy P{i} {{ allow s3:GetObject on arn:aws:s3:::b{i} }}") + "".join(
        f"user U{i} in main {{ groups {', '.join(f'G{j}' for j in range(m) if j != i)} }}\n" for i in range(m)
    )


@construct()
def boundaries(n):
    return ACCOUNT + lines(n, "boundary B{i} {{ allow s3:* on arn:aws:s3:::b{i}/* }}\nuser U{i} in main {{ boundary B{i} }}")


@construct()
def session_policies(n):
    return ACCOUNT + lines(n, "session policy S{i} {{ allow s3:* on arn:aws:s3:::b{i}/* }}")


@construct()
def policy_with_parameters(n):
    return ACCOUNT + "policy F(t) {\n" + lines(n, " allow s3:GetObject on arn:aws:s3:::b{i}-$(t)/*") + "}\n" + lines(n, 'user U{i} in main {{ policies F("{i}") }}')


@construct()
def policy_with_parameters_for_many(n):
    return ACCOUNT + "policy F(t) { allow s3:GetObject on arn:aws:s3:::$(t)/* when aws:username == t }\n" + lines(n, 'user U{i} in main {{ policies F("{i}") }}')


@construct()
def policy_with_many_parameters(n):
    parameters, arguments = listed(n, "p{i}"), listed(n, '"{i}"')
    return ACCOUNT + f"policy F({parameters}) {{\n" + lines(n, " allow s3:GetObject on arn:aws:s3:::$(p{i})") + f"}}\nuser U in main {{ policies F({arguments}) }}\n"


@construct()
def policy_with_many_named_arguments(n):
    parameters, arguments = listed(n, "p{i}"), ", ".join(f'p{i} = "{i}"' for i in reversed(range(n)))
    return ACCOUNT + f"policy F({parameters}) {{\n" + lines(n, " allow s3:GetObject on arn:aws:s3:::$(p{i})") + f"}}\nuser U in main {{ policies F({arguments}) }}\n"


@construct()
def policy_with_lists(n):
    values = listed(n, '"{i}"')
    return ACCOUNT + f"const c = [{values}]\npolicy F(l) {{ allow s3:* when aws:username == l }}\n" + lines(n, "user U{i} in main {{ policies F(c) }}")


@construct()
def policy_with_lists_in_many(n):
    m = int(n**0.5) + 1
    body = lines(m, " allow s3:* on arn:aws:s3:::b{i} when aws:username == l and aws:RequestTag/t == x")
    return ACCOUNT + f"policy F(l, x) {{ {body} }}\n" + "".join(f'user U{i} in main {{ policies F([{listed(m, chr(34) + "{i}" + chr(34))}], "{i}") }}\n' for i in range(m))


@construct()
def policy_with_parameters_in_one_text(n):
    m = int(n**0.5) + 1
    text = "$(p)" * min(m, 400)
    return ACCOUNT + "policy F(p) {\n" + lines(m, f" allow s3:GetObject on arn:aws:s3:::{text}") + "}\n" + lines(m, 'user U{i} in main {{ policies F("0123456789012345{i}") }}')


# What is attached to resources.


@construct()
def resource_policies(n):
    return ACCOUNT + lines(n, "resource policy on arn:aws:s3:::b{i} in main {{ allow account main s3:GetObject }}")


@construct()
def resource_policies_inside(n):
    return ACCOUNT + lines(n, "resource policy on arn:aws:s3:::b in main {{ allow account main s3:GetObject on arn:aws:s3:::b/{i}/* }}")


@construct()
def resource_policies_with_sets(n):
    return ACCOUNT + f"resources r = {listed(n, 'arn:aws:s3:::b/{i}')}\n" + lines(n, "resource policy on arn:aws:s3:::b{i} in main {{ allow account main s3:GetObject }}") + "resource policy on arn:aws:s3:::b in main { allow account main s3:* on r }\n"


@construct()
def resource_policy_on_many(n):
    return f"{ACCOUNT}resource policy on {listed(n, 'arn:aws:s3:::b{i}')} in main {{ allow account main s3:GetObject }}\n"


@construct()
def resource_policy_on_many_of_many(n):
    return f"{ACCOUNT}resource policy on {listed(n, 'arn:aws:s3:::b{i}')} in main {{\n" + lines(n, ' allow account main s3:GetObject when aws:username == "{i}"') + "}\n"


@construct()
def resource_policies_on_paths(n):
    return ACCOUNT + "".join(f"resource policy on arn:aws:sqs:eu-west-1:111111111111:q{'/a' * (i % 50)}{i} in main {{ allow account main sqs:* }}\n" for i in range(n))


@construct()
def resource_policies_without_account(n):
    return ACCOUNT + lines(n, "resource policy on arn:aws:s3:::b{i} {{ allow user U{i} s3:GetObject }}\nuser U{i} {{ }}")


@construct()
def endpoints(n):
    return ACCOUNT + lines(n, "endpoint policy on vpce-{i:08x} in main {{ allow anyone s3:GetObject on arn:aws:s3:::b{i}/* }}")


@construct()
def access_points(n):
    return ACCOUNT + lines(n, "access point arn:aws:s3:eu-west-1:111111111111:accesspoint/a{i} on arn:aws:s3:::b{i}")


@construct()
def access_points_of_one(n):
    return ACCOUNT + lines(n, "access point arn:aws:s3:eu-west-1:111111111111:accesspoint/a{i} on arn:aws:s3:::b")


@construct()
def services(n):
    return ACCOUNT + lines(n, "service svc{i} {{ action Buy on order with svc{i}:Amount resource order arn:shop:orders:*:*:order/* key svc{i}:Amount Numeric }}")


@construct()
def service_of_many(n):
    head = lines(n, " action A{i} on t{i} with shop:k{i}\n resource t{i} arn:shop:x:*:*:t{i}/*\n key shop:k{i} Numeric")
    return ACCOUNT + "service shop {\n" + head + "}\n" + policy(lines(n, " allow shop:A{i} on arn:shop:x:*:*:t{i}/1 when shop:k{i} < 5")).removeprefix(ACCOUNT)


@construct()
def service_of_many_on_many(n):
    head = f" action {listed(n, 'A{i}')} on {listed(n, 't{i}')}\n" + lines(n, " resource t{i} arn:shop:x:*:*:t{i}/*")
    return ACCOUNT + "service shop {\n" + head + "}\n" + policy(lines(n, " allow shop:A* on arn:shop:x:*:*:t{i}/1")).removeprefix(ACCOUNT)


@construct()
def service_with_many_keys(n):
    head = f" action {listed(n, 'A{i}')} with {listed(n, 'shop:k{i}')}\n" + lines(n, " key shop:k{i} String")
    return ACCOUNT + "service shop {\n" + head + "}\n" + policy(lines(n, ' allow shop:A* when shop:k{i} == "x"')).removeprefix(ACCOUNT)


@construct()
def invariants(n):
    return ACCOUNT + lines(n, "never account main may s3:GetObject on arn:aws:s3:::b{i}/*")


# Tests and requests.


@construct("check", "test", "test reference")
def tests(n):
    return policy("allow s3:GetObject") + lines(n, 'test "t{i}" {{ as user U in main {{ allow s3:GetObject on arn:aws:s3:::b{i}/x }} }}')


@construct("check", "test", "test reference", "fmt")
def test_of_many(n):
    body = lines(n, " allow s3:GetObject on arn:aws:s3:::b{i}/x")
    return policy("allow s3:GetObject") + f'test "t" {{ as user U in main {{\n{body}}} }}\n'


@construct("check", "test", "test reference")
def test_that_fails(n):
    body = lines(n, " deny s3:GetObject on arn:aws:s3:::b{i}/x")
    return policy("allow s3:GetObject") + f'test "t" {{ as user U in main {{\n{body}}} }}\n'


@construct("check", "test", "test reference")
def test_of_many_with_context(n):
    body = lines(n, ' deny s3:GetObject on arn:aws:s3:::b/x with aws:RequestTag/t{i} = "{i}"')
    return policy("deny s3:GetObject") + f'test "t" {{ as user U in main {{\n{body}}} }}\n'


@construct("check", "test", "test reference")
def test_with_much_context(n):
    context = listed(n, 'aws:RequestTag/t{i} = "{i}"')
    return policy("allow s3:GetObject") + f'test "t" {{ as user U in main with {context} {{ allow s3:GetObject on arn:aws:s3:::b/x }} }}\n'


@construct("check", "test", "test reference")
def test_with_much_context_for_many(n):
    context = listed(min(n, 100), 'aws:RequestTag/t{i} = "{i}"')
    body = lines(n, " allow s3:GetObject on arn:aws:s3:::b{i}/x")
    return policy("allow s3:GetObject") + f'test "t" {{ as user U in main with {context} {{\n{body}}} }}\n'


@construct("check", "test", "test reference")
def test_with_a_long_list(n):
    values = listed(n, '"{i}"')
    body = lines(n, " allow s3:GetObject on arn:aws:s3:::b{i}/x")
    return policy("allow s3:GetObject") + f'test "t" {{ as user U in main with aws:TagKeys = [{values}] {{\n{body}}} }}\n'


@construct("check", "test", "test reference")
def test_of_many_statements(n):
    m = int(n**0.5) * 6
    body = lines(m, " deny s3:GetObject on arn:aws:s3:::c{i}/x")
    return policy(lines(n, " allow s3:GetObject on arn:aws:s3:::b{i}/*")) + f'test "t" {{ as user U in main {{\n{body}}} }}\n'


@construct("check", "test", "test reference")
def test_of_many_wildcards(n):
    body = lines(n, " deny s3:GetObject on arn:aws:s3:::c{i}/x")
    return policy(lines(n, " allow s3:GetObject on arn:aws:s3:::*b{i}*x*")) + f'test "t" {{ as user U in main {{\n{body}}} }}\n'


@construct("check", "test", "test reference")
def tests_because(n):
    body = lines(n, " deny explicitly s3:GetObject on arn:aws:s3:::c{i}/x because P")
    return policy("deny s3:GetObject") + f'test "t" {{ as user U in main {{\n{body}}} }}\n'


@construct("decide requests", "decide requests reference")
def requests(n):
    return {"main.tabella": policy("allow s3:GetObject"), "r.jsonl": lines(n, f'{{{{"principal": "{CALLER}", "action": "s3:GetObject", "resource": "arn:aws:s3:::b{{i}}/x"}}}}')}


@construct("decide requests", "decide requests reference", "decide requests explain")
def requests_with_context(n):
    line = f'{{{{"principal": "{CALLER}", "action": "s3:GetObject", "resource": "arn:aws:s3:::b/x", "context": {{{{"aws:RequestTag/t{{i}}": "{{i}}"}}}}}}}}'
    return {"main.tabella": policy('allow s3:GetObject when aws:RequestTag/t1 == "1"'), "r.jsonl": lines(n, line)}


@construct("decide requests", "decide requests reference")
def requests_that_are_bad(n):
    return {"main.tabella": policy("allow s3:GetObject"), "r.jsonl": lines(n, '{{"principal": 1, "x": {i}')}


@construct("decide requests", "decide requests reference")
def request_with_much_context(n):
    context = listed(n, '"aws:RequestTag/t{i}": "{i}"')
    return {"main.tabella": policy("allow s3:GetObject"), "r.jsonl": f'{{"principal": "{CALLER}", "action": "s3:GetObject", "resource": "arn:aws:s3:::b/x", "context": {{{context}}}}}\n'}


@construct("decide requests", "decide requests reference")
def requests_of_many_users(n):
    line = '{{"principal": "arn:aws:iam::111111111111:user/U{j}", "action": "s3:GetObject", "resource": "arn:aws:s3:::b{j}/x"}}'
    return {"main.tabella": policies(n), "r.jsonl": lines(n, line)}


@construct("test cases")
def cases(n):
    line = f'{{{{"id": "c{{i}}", "principal": {{{{"type": "user", "arn": "{CALLER}"}}}}, "action": "s3:GetObject", "resource": "arn:aws:s3:::b", "expect": "allow"}}}}'
    return {"cases.jsonl": lines(n, line)}


# Lengths and depths.


@construct()
def comment(n):
    return "//" + "x" * n + "\n"


@construct()
def comments(n):
    return ACCOUNT + lines(n, "// {i}")


@construct()
def comments_in_lists(n):
    return policy("allow\n" + "".join(f"// {i}\n s3:Get{i}*,\n" for i in range(n)) + "s3:Put*")


@construct()
def comments_at_ends(n):
    return policy(lines(n, " allow s3:GetObject // {i}"))


@construct()
def blank_lines(n):
    return ACCOUNT + "\n" * n


@construct()
def word(n):
    return policy("allow s3:" + "x" * n)


@construct()
def name(n):
    return policy("allow s3:GetObject", "P" * n)


@construct()
def text(n):
    return policy(f'allow s3:GetObject when aws:username == "{"x" * n}"')


@construct()
def texts(n):
    return policy("".join(f' allow s3:GetObject when aws:username == "{i}{"x" * 8000}"\n' for i in range(n // 8000 + 1)))


@construct()
def text_of_escapes(n):
    return policy("".join(' allow s3:GetObject when aws:username == "' + "\\u{41}" * 2000 + f'{i}"\n' for i in range(n // 8000 + 1)))


@construct()
def texts_with_wildcards(n):
    return policy("".join(f" allow s3:GetObject on arn:aws:s3:::{i}{'*a?' * 2000}\n" for i in range(n // 8000 + 1)))


@construct()
def texts_of_stars(n):
    return policy("".join(f" allow s3:GetObject on arn:aws:s3:::{i}{'*' * 8000}\n" for i in range(n // 8000 + 1)))


@construct()
def texts_of_variables(n):
    return policy("".join(f' allow s3:GetObject on `arn:aws:s3:::{i}{"${aws:username}" * 500}`\n' for i in range(n // 8000 + 1)))


@construct()
def list_of_long_wildcards(n):
    return policy("allow s3:GetObject on " + ", ".join(f"arn:aws:s3:::{i}{'*a?b' * 500}" for i in range(n // 2000 + 1)))


@construct()
def list_of_long_wildcards_alike(n):
    return policy("allow s3:GetObject on " + ", ".join(f"arn:aws:s3:::{'*a' * 500}*{i}" for i in range(n // 1000 + 1)))


@construct()
def list_of_long_actions(n):
    return policy("allow " + ", ".join(f"s3:{'*a' * 100}{i}" for i in range(n // 200 + 1)))


@construct()
def parentheses(n):
    return policy("".join(" allow s3:GetObject when " + "(" * 100 + "aws:SecureTransport" + ")" * 100 + "\n" for _ in range(n // 220 + 1)))


@construct()
def nots(n):
    return policy("".join(" allow s3:GetObject when " + "not (" * 100 + "aws:SecureTransport" + ")" * 100 + "\n" for _ in range(n // 620 + 1)))


@construct()
def nested_conditions(n):
    one = 'aws:username != "x"'
    for depth in range(60):
        one = f'({one} {"and" if depth % 2 else "or"} aws:RequestTag/t{depth} == "{depth}")'
    return policy("".join(f" deny s3:GetObject on arn:aws:s3:::b{i} unless {one}\n" for i in range(n // 2000 + 1)))


@construct()
def ands_in_brackets(n):
    return policy("allow s3:GetObject when " + listed(min(n, 9900), '((aws:RequestTag/t{i} == "x"))', " and "))


# Mistakes.


def mistakes(make):
    return construct("check", "check json", "check sarif", "fmt")(make)


@mistakes
def errors_of_names(n):
    return policy(lines(n, " allow a{i}"))


@mistakes
def errors_of_names_beside_names(n):
    return policy(lines(n, " allow actionset{i}")) + lines(n, "actions actions{i} = s3:GetObject")


@mistakes
def errors_of_conditions(n):
    return policy(lines(n, " allow s3:* when con{i}")) + lines(n, "condition cond{i} = aws:SecureTransport")


@mistakes
def errors_of_policies(n):
    return ACCOUNT + lines(n, "user U{i} in main {{ policies Plc{i}, Plb{i} }}\npolicy Pol{i} {{ allow s3:* }}")


@mistakes
def errors_of_accounts(n):
    return "".join(f"account acc{i} {i + 100000000000}\nuser U{i} in act{i} {{ }}\n" for i in range(n))


@mistakes
def errors_of_syntax(n):
    return lines(n, "policy {{ allow }} )")


@mistakes
def errors_of_syntax_in_one_line(n):
    return "policy P { " + "allow ) " * n + "}\n"


@mistakes
def errors_of_names_in_one_line(n):
    return "policy P { " + "".join(f"allow a{i} " for i in range(n)) + "}\n"


@mistakes
def errors_in_one_line_of_wide_letters(n):
    return "policy P { " + "".join(f'allow a{i} when aws:username == "日本語" ' for i in range(n)) + "}\n"


@mistakes
def errors_of_letters(n):
    return "\u202e" * n


@mistakes
def errors_of_texts(n):
    return policy(lines(n, ' allow s3:* when aws:username == "\\q{i}"'))


@mistakes
def errors_of_values(n):
    return policy(lines(n, " allow s3:* when aws:username == 1{i}.2.3.4.5"))


@mistakes
def errors_of_types(n):
    return policy(lines(n, " allow s3:* when aws:SourceIp < {i}"))


@mistakes
def duplicates(n):
    return ACCOUNT + lines(n, "policy P {{ allow s3:GetObject }}\nconst c = {i}\nuser U in main {{ }}")


@mistakes
def duplicate_accounts(n):
    return lines(n, "account main 111111111111")


@mistakes
def duplicate_lines(n):
    return ACCOUNT + "user U in main {\n" + lines(n, " path /x{i}/\n tags k = \"v\"") + "}\n"


@mistakes
def cycles(n):
    return lines(n, "actions a{i} = a{j}, a{p}\nactions b{i} = b{i}")


@mistakes
def one_long_cycle(n):
    return lines(n, "actions a{k} = a{i}") + f"actions a0 = a{n}\n"


@mistakes
def one_long_cycle_of_conditions(n):
    return lines(n, "condition a{k} = a{i}") + f"condition a0 = a{n}\n"


@mistakes
def warnings_of_actions(n):
    return policy(lines(n, " allow s3:GetObjet{i}"))


@mistakes
def warnings_of_services(n):
    return policy(lines(n, " allow s3s{i}:GetObject"))


@mistakes
def warnings_of_keys(n):
    return policy(lines(n, ' allow s3:* when aws:Usernam{i} == "x"'))


@mistakes
def warnings_of_keys_in_variables(n):
    return policy(lines(n, " allow s3:* on arn:aws:s3:::b/${{aws:usernam{i}}}"))


@mistakes
def warnings_of_resources(n):
    return policy(lines(n, " allow iam:GetUser on arn:aws:s3:::b{i}"))


@mistakes
def warnings_of_short_arns(n):
    return policy(lines(n, " allow s3:* on arn:aws:s3:b{i}"))


@mistakes
def warnings_of_idle_parameters(n):
    return lines(n, "policy P{i}(a, b) {{ allow s3:GetObject on arn:aws:s3:::$(a)/* }}")


@mistakes
def errors_of_arguments(n):
    return ACCOUNT + "policy F(a) { allow s3:* on arn:aws:s3:::$(a) }\n" + lines(n, 'user U{i} in main {{ policies F("x", "y{i}"), F(b = "x") }}')


@mistakes
def errors_of_keys_of_tests(n):
    return policy("allow s3:*") + lines(n, 'test "t{i}" {{ as user U{i} in main {{ allow s3:GetObjec{i} on arn:aws:s3:::b with aws:Usernam{i} = "x" }} }}')


# IAM JSON.


def json(make):
    return construct("check json file", "import", "import resource")(make)


@json
def json_statements(n):
    return {"d.json": '{"Version": "2012-10-17", "Statement": [' + listed(n, '{{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b{i}/*"}}') + "]}"}


def json_of(element):
    return {"d.json": '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", ' + element + "}}"}


@json
def json_actions(n):
    return {"d.json": '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Resource": "*", "Action": [' + listed(n, '"s3:Get*a{i}*"') + "]}}"}


@json
def json_resources(n):
    return {"d.json": '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": [' + listed(n, '"arn:aws:s3:::*b{i}*/x"') + "]}}"}


@json
def json_keys(n):
    return json_of('"Condition": {"StringEquals": {' + listed(n, '"aws:RequestTag/t{i}": "x"') + "}}")


@json
def json_keys_negated(n):
    return json_of('"Condition": {"StringNotEquals": {' + listed(n, '"aws:RequestTag/t{i}": "x"') + "}}")


@json
def json_values(n):
    return json_of('"Condition": {"StringLike": {"aws:username": [' + listed(n, '"*x{i}*"') + "]}}")


@json
def json_values_that_are_wrong(n):
    return json_of('"Condition": {"IpAddress": {"aws:SourceIp": [' + listed(n, '"10.0.{i}.0/x"') + "]}}")


@json
def json_operators_that_are_wrong(n):
    return json_of('"Condition": {' + listed(n, '"StringEqual{i}": {{"aws:username": "x"}}') + "}")


@json
def json_elements_that_are_wrong(n):
    return json_of(listed(n, '"Resourc{i}": "x"'))


@json
def json_keys_twice(n):
    return json_of(listed(n, '"Sid": "x"'))


@json
def json_principals(n):
    return json_of('"Principal": {"AWS": [' + listed(n, '"arn:aws:iam::111111111111:role/R{i}"') + "]}")


@json
def json_placeholders(n):
    return {"d.json": '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": [' + listed(n, '"arn:aws:s3:::${{Name{i}}}/<account-id>"') + "]}}"}


@json
def json_sids(n):
    return {"d.json": '{"Version": "2012-10-17", "Statement": [' + listed(n, '{{"Sid": "S", "Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b{i}/*"}}') + "]}"}


@json
def json_of_brackets(n):
    return {"d.json": "[" + "[]," * n + "[]]"}


@json
def json_escapes(n):
    return json_of('"Sid": "' + "\\u0041" * n + '"')


def dump(make):
    return construct("check json file", "build json file", "import", "export json file", "export dump")(make)


DOCUMENT = '{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b{i}/*"}}]}}'
TRUST = '{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {{"AWS": "111111111111"}}}}]}}'


def dumped(users="", groups="", roles="", managed=""):
    return {"d.json": f'{{"UserDetailList": [{users}], "GroupDetailList": [{groups}], "RoleDetailList": [{roles}], "Policies": [{managed}]}}'}


@dump
def dump_users(n):
    one = '{{"Path": "/", "UserName": "U{i}", "Arn": "arn:aws:iam::111111111111:user/U{i}", "UserPolicyList": [{{"PolicyName": "P", "PolicyDocument": ' + DOCUMENT + "}}], \"GroupList\": [], \"AttachedManagedPolicies\": []}}"
    return dumped(users=listed(n, one, ",\n"))


@dump
def dump_roles(n):
    one = '{{"Path": "/", "RoleName": "R{i}", "Arn": "arn:aws:iam::111111111111:role/R{i}", "AssumeRolePolicyDocument": ' + TRUST + ', "RolePolicyList": [], "AttachedManagedPolicies": []}}'
    return dumped(roles=listed(n, one, ",\n"))


@dump
def dump_groups(n):
    one = '{{"Path": "/", "GroupName": "G{i}", "Arn": "arn:aws:iam::111111111111:group/G{i}", "GroupPolicyList": [], "AttachedManagedPolicies": []}}'
    user = '{{"Path": "/", "UserName": "U{i}", "Arn": "arn:aws:iam::111111111111:user/U{i}", "GroupList": ["G{i}", "G0"], "AttachedManagedPolicies": []}}'
    return dumped(users=listed(n, user, ",\n"), groups=listed(n, one, ",\n"))


@dump
def dump_managed(n):
    one = '{{"PolicyName": "P{i}", "Arn": "arn:aws:iam::111111111111:policy/P{i}", "PolicyVersionList": [{{"Document": ' + DOCUMENT + ', "VersionId": "v1", "IsDefaultVersion": true}}]}}'
    user = '{{"Path": "/", "UserName": "U{i}", "Arn": "arn:aws:iam::111111111111:user/U{i}", "GroupList": [], "AttachedManagedPolicies": [{{"PolicyName": "P{i}", "PolicyArn": "arn:aws:iam::111111111111:policy/P{i}"}}]}}'
    return dumped(users=listed(n, user, ",\n"), managed=listed(n, one, ",\n"))


# The known ones.


@construct()
def product_of_statements(n):
    """As many statements after expansion as there may be, from a source of some kilobytes up."""
    m = min(int((n * 1000) ** 0.5) // 20, 1117)
    return ACCOUNT + "policy F(t) {\n" + lines(m, " allow s3:GetObject on arn:aws:s3:::b{i}-$(t)/*") + "}\n" + lines(m, 'user U{i} in main {{ policies F("{i}") }}')


def arguments(command, folder, first):
    """What is run for a command; the first file is named, or the folder is."""
    words = command.split()
    target = folder if "folder" in words else os.path.join(folder, first)
    out = os.path.join(folder, "out")
    match words[0]:
        case "check":
            form = [f"--message-format={w}" for w in words[1:] if w in ("json", "sarif")] if "file" not in words else []
            return ["check", *form, target]
        case "build":
            return ["build", "-o", out + ".tbl", target]
        case "fmt":
            return ["fmt", "--check", target]
        case "export":
            return ["export", *(["--account", "111111111111"] if "dump" in words else []), "-o", out + ".json", target]
        case "import":
            attached = ["--kind", "resource", "--on", "arn:aws:s3:::b"] if "resource" in words else []
            return ["import", *attached, "-o", out + ".tabella", target]
        case "test":
            if "cases" in words:
                return ["test", "--cases", target]
            return ["test", *(["--engine", "reference"] if "reference" in words else []), target]
        case "decide":
            engine = ["--engine", "reference"] if "reference" in words else []
            form = ["--format", "json"] if "explain" in words else []
            return ["decide", *engine, *form, "--requests", os.path.join(folder, "r.jsonl"), target]
    raise ValueError(command)


def run(command, folder, first, tabella):
    """Exit code, seconds, megabytes, bytes of output, what it said first."""
    with open(os.path.join(folder, "said"), "wb+") as said:
        limits = lambda: (resource.setrlimit(resource.RLIMIT_CPU, (60, 60)), resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30)))
        process = subprocess.Popen([tabella, *arguments(command, folder, first)], stdin=subprocess.DEVNULL, stdout=said, stderr=said, preexec_fn=limits)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        size = said.tell()
        said.seek(0)
        start = said.read(4000).decode("utf-8", "replace")
        said.seek(max(size - 4000, 0))
        start += said.read().decode("utf-8", "replace")
    for name in os.listdir(folder):
        if name.startswith("out."):
            path = os.path.join(folder, name)
            size += os.path.getsize(path)
            os.remove(path)
    return process.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, size, start


def measured(command, folder, first, tabella):
    """As `run`, the best of up to three where that is not long: others use the machine, too."""
    best = run(command, folder, first, tabella)
    for _ in range(2 if best[1] < 2 else 0):
        if best[1] < COMPARED / 2:
            break
        again = run(command, folder, first, tabella)
        best = min(best, again, key=lambda r: r[1])
    return best


def size_of(made):
    return sum(len(text.encode()) for text in made.values())


def files(make, n):
    made = make(n)
    return made if isinstance(made, dict) else {"main.tabella": made}


def numbers(make, most):
    """The largest number whose input fits, and its half, quarter and eighth."""
    n = 16
    while n < 1 << 24 and size_of(files(make, n * 2)) <= most:
        n *= 2
    step = n // 2
    while step >= n / 64 and step > 0:
        if size_of(files(make, n + step)) <= most:
            n += step
        step //= 2
    return [max(n >> shift, 1) for shift in (3, 2, 1, 0)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--command", default=os.path.join(os.path.dirname(__file__), "../target/release/tabella"))
    parser.add_argument("--size", type=int, default=256 << 10)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("words", nargs="*")
    options = parser.parse_args()
    tabella, failures, shown = os.path.abspath(options.command), 0, 0
    print("| construct | command | bytes | exit | processor | memory | factor |\n|---|---|---|---|---|---|---|")
    for name, (make, commands) in CONSTRUCTS.items():
        if options.words and not any(word in name for word in options.words):
            continue
        rows = {command: [] for command in commands}
        for n in numbers(make, options.size):
            made = files(make, n)
            work = tempfile.mkdtemp(prefix="growth-")
            try:
                for path, content in made.items():
                    with open(os.path.join(work, path), "w", encoding="utf-8") as file:
                        file.write(content)
                for command in commands:
                    rows[command].append((size_of(made), *measured(command, work, next(iter(made)), tabella)))
            finally:
                shutil.rmtree(work)
        for command, measures in rows.items():
            before = None
            for at, (size, code, seconds, megabytes, output, said) in enumerate(measures):
                factor, verdict = "", ""
                if before and seconds >= COMPARED and before[2] > 0:
                    grown = (size + output) / (before[0] + before[4])
                    factor = f"{seconds / before[2]:.2f}"
                    # What is written may be more than what was read: a document shares nothing.
                    if seconds / before[2] > FACTOR * max(grown, 1) / 2 and seconds / before[2] > FACTOR:
                        verdict += " **grows**"
                if seconds > SECONDS or megabytes > MEGABYTES:
                    verdict += " **over**"
                if code not in (0, 1, 2) or "panicked" in said:
                    verdict += f" **crash** {said[:100]!r}"
                before = (size, code, seconds, megabytes, output)
                failures += bool(verdict)
                last = at + 1 == len(measures)
                if verdict or options.all or (last and seconds > 0.1):
                    print(f"| {name} | {command} | {size} | {code} | {seconds:.2f} s | {megabytes:.0f} MB | {factor}{verdict} |", flush=True)
    print(f"\n{failures} failures" if failures else f"\nnothing over {SECONDS:.0f} s or {MEGABYTES} MB, nothing grows by more than {FACTOR}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
