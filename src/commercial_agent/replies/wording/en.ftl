### English. Wording only: values arrive written. v1, v2… are ways of saying the same.

## Words

yes = yes
no = no
unknown = no data
that-car = that car
noun-car = car
    .p = cars
noun-sedan = sedan
    .p = sedans
noun-hatchback = hatchback
    .p = hatchbacks
noun-suv = SUV
    .p = SUVs
noun-pickup = pickup
    .p = pickups
noun-minivan = minivan
    .p = minivans
noun-coupe = coupe
    .p = coupes
noun-convertible = convertible
    .p = convertibles
noun-wagon = station wagon
    .p = station wagons
noun-van = van
    .p = vans
adj-small = small
adj-compact = compact
adj-midsize = midsize
adj-large = large
adj-luxury = luxury
adj-sport = sporty
adj-work = work
adj-family = family
adj-automatic = automatic
adj-manual = manual
adj-gasoline = gasoline
adj-diesel = diesel
adj-hybrid = hybrid
adj-electric = electric
drive-fwd = with front-wheel drive
    .plain = front-wheel drive
drive-rwd = with rear-wheel drive
    .plain = rear-wheel drive
drive-awd = with all-wheel drive
    .plain = all-wheel drive
language-es = Spanish
language-en = English
language-pt = Portuguese

## Criteria

criteria = { $adjectives } { $names } { $noun } { $tails }
tail-price-to = up to { $high }
tail-price-from = from { $low }
tail-price-between = between { $low } and { $high }
tail-price-exact = at { $value }
tail-year-to = up to { $high }
tail-year-from = from { $low } on
tail-year-between = from { $low } to { $high }
tail-year-exact = from { $value }
tail-km-to = with up to { $high }
tail-km-from = with { $low } or more
tail-km-between = with { $low } to { $high }
tail-km-exact = with { $value }
tail-engine-litres-to = with an engine of up to { $high }
tail-engine-litres-from = with an engine of { $low } or more
tail-engine-litres-between = with an engine of { $low } to { $high }
tail-engine-litres-exact = with a { $value } engine
tail-seats-to = with up to { $high } seats
tail-seats-from = with { $low } or more seats
tail-seats-between = with { $low } to { $high } seats
tail-seats-exact = with { $value } seats
tail-doors-to = with up to { $high } doors
tail-doors-from = with { $low } or more doors
tail-doors-between = with { $low } to { $high } doors
tail-doors-exact = with { $value } doors
tail-length-mm-to = up to { $high } long
tail-length-mm-from = { $low } long or more
tail-length-mm-between = { $low } to { $high } long
tail-length-mm-exact = { $value } long
tail-width-mm-to = up to { $high } wide
tail-width-mm-from = { $low } wide or more
tail-width-mm-between = { $low } to { $high } wide
tail-width-mm-exact = { $value } wide
tail-height-mm-to = up to { $high } high
tail-height-mm-from = { $low } high or more
tail-height-mm-between = { $low } to { $high } high
tail-height-mm-exact = { $value } high
tail-bluetooth = with Bluetooth
    .yes = with Bluetooth
    .no = without Bluetooth
tail-car-play = with CarPlay
    .yes = with CarPlay
    .no = without CarPlay
tail-version = in { $names } trim
tail-not = leaving out { $names }
order-price-up = cheapest first
order-price-down = most expensive first
order-year-down = newest first
order-year-up = oldest first
order-km-up = lowest mileage first
order-km-down = highest mileage first
order-length-mm-down = longest first
order-length-mm-up = shortest first

## What a search gave up

field-makes = the make
field-not-makes = the makes you do not want
field-models = the model
field-not-models = the models you do not want
field-body-styles = the body style
field-not-body-styles = the body styles you do not want
field-segments = the kind of car
field-transmissions = the transmission
field-drives = the drive
field-fuels = the fuel
field-price = the price
field-year = the year
field-km = the mileage
field-length-mm = the length
field-width-mm = the width
field-height-mm = the height
field-engine-litres = the engine
field-seats = the seats
field-doors = the doors
field-bluetooth = Bluetooth
field-car-play = CarPlay
field-version-words = the trim
relax-dropped = setting aside { $fields }
relax-widened = widening { $fields }

## Attributes

attr-price = price
attr-km = mileage
attr-year = year
attr-make = make
attr-model = model
attr-version = trim
attr-transmission = transmission
attr-drive = drive
attr-fuel = fuel
attr-body-style = body style
attr-engine-litres = engine
attr-doors = doors
attr-seats = seats
attr-length-mm = length
attr-width-mm = width
attr-height-mm = height
attr-size = size
attr-bluetooth = Bluetooth
attr-car-play = CarPlay
attr-stock-id = stock number
attr-colour = colour
attr-color = colour
attr-owners = number of owners
attr-accidents = accident history
attr-fuel-economy = fuel economy
attr-power = power
attr-horsepower = power
attr-torque = torque
attr-trunk = boot space
attr-airbags = airbags
attr-sunroof = sunroof
attr-leather = leather
attr-camera = reversing camera
attr-warranty = warranty
attr-service-history = service history
attr-location = where the car is
attr-availability = availability
attr-photos = photos
attr-photo = photos
attr-plates = plates
attr-invoice = invoice
attr-debts = outstanding debts
attr-insurance = insurance
attr-safety = safety
attr-upholstery = upholstery
attr-wheels = wheels
attr-rims = wheels
attr-gps = GPS
attr-navigation = navigation
attr-android-auto = Android Auto
attr-cruise-control = cruise control
attr-air-conditioning = air conditioning
attr-weight = weight
attr-top-speed = top speed
attr-maintenance-cost = maintenance cost
attr-origin = origin
attr-condition = condition
attr-tires = tyres
attr-battery = battery
attr-range = range
attr-cylinders = cylinders
attr-gears = gears
attr-segment = kind of car
attr-segments = kind of car
many-make = makes
many-model = models
many-body-style = body styles
many-year = years
many-transmission = transmissions
many-fuel = kinds of fuel
many-version = trims
many-drive = kinds of drive
many-engine-litres = engines
many-seats = numbers of seats
many-doors = numbers of doors
by-make = make
by-model = model
by-year = year
by-body-style = body style
by-transmission = transmission
by-fuel = fuel
by-drive = drive
by-version = trim
by-segment = kind of car
by-doors = doors
by-seats = seats
has-engine = { $value } engine
has-doors = { $value } doors
has-seats = { $value } seats
has-bluetooth = Bluetooth
has-car-play = CarPlay
stock-id = Stock number { $id }
inferred = { $said } (known of the model; not in the listing)
months = { $n ->
    [one] { $months } month
   *[other] { $months } months
 }
from-to = { $low } to { $high }

## Searches

found-all =
    .v1 = { $n ->
        [one] I have exactly one { $asked }:
       *[other] I have { $total } { $asked }:
     }
    .v2 = { $n ->
        [one] I found one { $asked }:
       *[other] I found { $total } { $asked }:
     }
    .v3 = { $n ->
        [one] There is one { $asked }:
       *[other] These are the { $total } { $asked }:
     }
found-many =
    .v1 = { $n ->
        [one] I have { $total } { $asked }. This is the best one:
       *[other] I have { $total } { $asked }. These { $shown } are the best:
     }
    .v2 = { $n ->
        [one] There are { $total } { $asked }. I recommend this one:
       *[other] There are { $total } { $asked }. I recommend these { $shown }:
     }
    .v3 = { $n ->
        [one] I found { $total } { $asked }. Start with this one:
       *[other] I found { $total } { $asked }. Start with these { $shown }:
     }
found-page =
    .v1 = { $n ->
        [one] And number { $first } of { $total } { $asked }:
       *[other] Here are { $first } to { $last } of { $total } { $asked }:
     }
    .v2 = { $n ->
        [one] Here is number { $first } of { $total } { $asked }:
       *[other] Next, { $first } to { $last } of { $total } { $asked }:
     }
found-none =
    .v1 = I have no { $asked } for now.
    .v2 = There are no { $asked } in stock at the moment.
found-exhausted =
    .v1 = { $n ->
        [0] There is nothing more to show for that search.
        [one] That was the only one I have.
       *[other] You have seen all { $total } that I have.
     }
    .v2 = { $n ->
        [0] That search has no more cars.
        [one] It was the only one in that search.
       *[other] Those { $total } were all of that search.
     }
found-near =
    .v1 = I have no { $asked }. The closest, { $how }:
    .v2 = There are no { $asked } as such. What comes closest, { $how }:
found-near-instead =
    .v1 = As an alternative, { $how }, I have:
    .v2 = The closest, { $how }:
found-instead =
    .v1 = What I do have:
    .v2 = I have this instead:
not-stocked =
    .v1 = I have no { $names } in stock.
    .v2 = There is no { $names } in our stock right now.
not-in-data =
    .v1 = My stock list does not have this: { $names }. I cannot filter by it, but a person from the team can confirm it.
    .v2 = One thing the listings do not say: { $names }. I leave it out of the search; a person can check it for you.
reason-lowest-km = lowest mileage
reason-lowest-price = the cheapest
reason-cheapest = the cheapest
reason-best-value = the most car for the price
reason-newest = the newest
reason-best-fit = the best match for what you asked
reason-most-room = the roomiest
reason-biggest = the biggest
reason-smallest = the most compact
reason-below-market = priced below similar cars
reason-similar = much like the one you saw

## One car

car-whole =
    .v1 = Here is what I know about this car:
    .v2 = These are the details:
car-attribute =
    .v1 = *{ $car }*, { $answer }.
    .v2 = For the *{ $car }*: { $answer }.
car-attributes =
    .v1 = About the *{ $car }*:
    .v2 = The listing of the *{ $car }* says:
car-unknown =
    .v1 = I do not have this for the { $car }: { $names }. I would rather not guess; a person from the team can confirm it.
    .v2 = The listing of the { $car } does not say this: { $names }. A person from the team can check.
car-gone =
    .v1 = The { $car } is no longer available.
    .v2 = That { $car } has left our stock.
car-gone-near =
    .v1 = The { $car } is no longer available. This is close to it:
    .v2 = That { $car } has left our stock. The closest:
car-which =
    .v1 = It could be more than one:
    .v2 = Several could be the one:
car-not-in-list =
    .v1 = { $n ->
        [one] There is only one car in the last list.
       *[other] There are { $shown } cars in the last list.
     }
    .v2 = { $n ->
        [one] The last thing I showed you was a single car.
       *[other] The last list I showed you has { $shown } cars.
     }
car-none-yet =
    .v1 = We have not looked at a car yet.
    .v2 = I have not shown you a car yet.

## Comparison

compared =
    .v1 = Side by side, { $cars }:
    .v2 = Here is how { $cars } compare:
best-of = { $car }: { $what }.
best-price = the best price
best-km = lowest mileage
best-year = the newest
best-room = the roomiest
best-size = the biggest
best-length-mm = the longest
best-engine-litres = the biggest engine
best-seats = most seats
best-equipment = the best equipped
best-value = the most car for the price

## Analysis

analysis-count =
    .v1 = { $n ->
        [0] I have no { $asked }.
        [one] I have *1* { $asked }.
       *[other] I have *{ $total }* { $asked }.
     }
    .v2 = { $n ->
        [0] There are no { $asked } for now.
        [one] There is *1* { $asked }.
       *[other] There are *{ $total }* { $asked }.
     }
analysis-share =
    .v1 = *{ $share }* of the stock are { $asked } ({ $count } in all).
    .v2 = Out of the whole stock, *{ $share }* are { $asked } ({ $count } in all).
analysis-min =
    .v1 = Among { $asked }, the lowest { $what } is *{ $value }*.
    .v2 = The lowest { $what } of { $asked } is *{ $value }*.
analysis-max =
    .v1 = Among { $asked }, the highest { $what } is *{ $value }*.
    .v2 = The highest { $what } of { $asked } is *{ $value }*.
analysis-mean =
    .v1 = On average, the { $what } of { $asked } is *{ $value }* (over { $total }).
    .v2 = The average { $what } of { $asked } is *{ $value }* (over { $total }).
analysis-median =
    .v1 = The median { $what } of { $asked } is *{ $value }* (over { $total }).
    .v2 = Among { $asked }, the median { $what } is *{ $value }* (over { $total }).
analysis-range =
    .v1 = Among { $asked }, the { $what } goes from *{ $low }* to *{ $high }*.
    .v2 = The { $what } of { $asked }: from *{ $low }* to *{ $high }*.
analysis-value =
    .v1 = Of { $asked }, these give the most for their price:
    .v2 = The most car for the price among { $asked }:
analysis-list =
    .v1 = I have { $groups } { $what } of { $asked }: { $names }.
    .v2 = Among { $asked } there are { $groups } { $what }: { $names }.
analysis-list-some =
    .v1 = I have { $groups } { $what } of { $asked }, among them { $names }.
    .v2 = Among { $asked } there are { $groups } { $what }; for example { $names }.
analysis-by-count =
    .v1 = How many { $asked } there are, by { $group }:
    .v2 = This is how { $asked } split by { $group }:
analysis-by-share =
    .v1 = Share of all { $asked }, by { $group }:
    .v2 = How { $asked } split by { $group }, as a share:
analysis-by-min =
    .v1 = Lowest { $what } of { $asked }, by { $group }:
    .v2 = By { $group }, the lowest { $what } of { $asked }:
analysis-by-max =
    .v1 = Highest { $what } of { $asked }, by { $group }:
    .v2 = By { $group }, the highest { $what } of { $asked }:
analysis-by-mean =
    .v1 = Average { $what } of { $asked }, by { $group }:
    .v2 = By { $group }, the average { $what } of { $asked }:
analysis-by-median =
    .v1 = Median { $what } of { $asked }, by { $group }:
    .v2 = By { $group }, the median { $what } of { $asked }:
analysis-by-range =
    .v1 = From lowest to highest { $what } of { $asked }, by { $group }:
    .v2 = By { $group }, the range of { $what } of { $asked }:
analysis-by-value =
    .v1 = The most car for the price among { $asked }, by { $group }:
    .v2 = By { $group }, the most car for the price among { $asked }:
analysis-by-list =
    .v1 = Among { $asked }, by { $group }:
    .v2 = By { $group }, among { $asked }:
analysis-more-groups = Those are the first { $shown } of { $groups }.
row-counted = { $n ->
    [one] { $label }: { $value } (1 car)
   *[other] { $label }: { $value } ({ $count } cars)
 }

## Plans

plan-for-car =
    .v1 = Here is how the *{ $car }* works out:
    .v2 = Your plan for the *{ $car }*:
    .v3 = Financed, the *{ $car }* comes to this:
plan-for-amount =
    .v1 = Here is your plan:
    .v2 = This would be your plan:
plan-off-menu =
    .v1 = { $n ->
        [one] I have no { $asked }-month plan; the closest term is { $menu }.
       *[other] I have no { $asked }-month plan; you can choose { $menu }.
     }
    .v2 = { $n ->
        [one] { $asked } months is not a term we offer; the closest is { $menu }.
       *[other] { $asked } months is not a term we offer; there are { $menu }.
     }
plan-nothing-to-finance =
    .v1 = That down payment covers the full price, { $price }: there is nothing left to finance.
    .v2 = That down payment already pays the { $price } of the car, so you need no loan.
line-price = Price: { $price } MXN
line-down = Down payment: { $down }
line-loan = Amount financed: { $loan }
line-months = Term: { $months } months
line-rate = Fixed yearly rate: { $rate }
line-payment = *Monthly payment: { $payment }*
line-total = All payments together: { $total } (interest: { $interest })
line-term = { $months } months: *{ $payment }* a month (interest: { $interest })
line-plan = { $price } with { $down } down, { $loan } over { $months } months: *{ $payment }* a month (interest: { $interest })
line-year = Year { $year }: interest { $interest }, principal { $capital }, balance { $balance }
plan-schedule =
    .v1 = Year by year:
    .v2 = How your balance goes down each year:
plan-last-payment = The last payment is { $payment }.
plan-links =
    .v1 = The whole table, month by month:
    .v2 = You can download the whole table here:
assumed-down = I took a down payment of { $down } ({ $share }) because you have not named one.
assumed-months = I took { $months } months because you have not named a term.
assumed-trade-in = The down payment includes { $amount } for your car in part exchange, to be confirmed by inspection.
estimate = _Estimate, subject to credit approval; insurance, commission and VAT (IVA) are not included._
estimate-short = _This is an estimate, subject to credit approval._
cat = _CAT (total annual cost) { $cat } without IVA, calculated on { $date }, for information and comparison only._
rate-claimed =
    .v1 = I do not have a { $claimed } rate: the fixed yearly rate is { $rate } for everyone.
    .v2 = The fixed yearly rate is { $rate }; I cannot offer { $claimed }.
needs =
    .v1 = I need one more thing to work it out.
    .v2 = With one more detail I can work it out.
needs-car-or-price =
    .v1 = Happy to make the plan.
    .v2 = Sure, let us make the plan.
needs-monthly-budget =
    .v1 = Sure, I work it out from what you can pay each month.
    .v2 = For that I start from your monthly budget.
needs-income =
    .v1 = To see how far it goes, I start from your income.
    .v2 = I work that out from your monthly income.
needs-extra =
    .v1 = I can tell you what you save by paying extra off the principal.
    .v2 = Extra payments save interest; let me work it out.
needs-after-payment =
    .v1 = What you save depends on when you make the extra payment.
    .v2 = I need to know after which payment you would make it.
needs-balloon =
    .v1 = In such a plan part of the price is paid at the end.
    .v2 = For that we have to set the final payment.

## Other calculations

calculated-quote =
    .v1 = Here is how { $car } works out:
    .v2 = This is the calculation for { $car }:
calculated-terms =
    .v1 = The terms for { $car }:
    .v2 = How { $car } works out in each term:
calculated-schedule =
    .v1 = The payment table of { $car }:
    .v2 = The payments of { $car }:
calculated-max-price =
    .v1 = With that monthly payment you can afford:
    .v2 = This is the most you can buy with that payment a month:
calculated-affordability =
    .v1 = With your income, these are healthy numbers:
    .v2 = Going by your income, you can afford this:
calculated-can-i =
    .v1 = The numbers for { $car }:
    .v2 = Here is how the numbers look for { $car }:
calculated-can-i-yes =
    .v1 = Yes, you can afford { $car }:
    .v2 = The numbers do work for { $car }:
calculated-can-i-no =
    .v1 = As things stand, { $car } is out of reach:
    .v2 = For now the numbers do not work for { $car }:
calculated-down-needed =
    .v1 = To pay that much a month, this is the down payment you need:
    .v2 = The down payment needed for that monthly payment:
calculated-term-needed =
    .v1 = The shortest term that fits that payment:
    .v2 = With that payment a month, the shortest term is:
calculated-prepayment =
    .v1 = If you pay extra off the principal, this changes:
    .v2 = This is what an extra payment saves you:
calculated-payoff =
    .v1 = If you pay it off early:
    .v2 = To pay it off ahead of time:
calculated-balloon =
    .v1 = With a large payment at the end:
    .v2 = If you leave a part for the end, it works out like this:
calculated-commission =
    .v1 = With an opening commission:
    .v2 = If we add an opening commission:
calculated-iva =
    .v1 = With VAT (IVA) on the interest:
    .v2 = If we add the VAT (IVA) on the interest:
calculated-other-lender =
    .v1 = Compared with the other lender (their rate, not ours):
    .v2 = What the other lender would charge at their rate, next to ours:
calculated-rules =
    .v1 = The terms of the loan:
    .v2 = How the loan works:
assumed-these = I took { $what } because you have not named another.
assumption-down = the usual down payment
assumption-months = the usual term
assumption-share = the recommended part of your income
assumption-rate = the usual rate
note-prepayment = Paying off principal is not the same as paying instalments ahead: that saves no interest.
note-iva = VAT is charged on the interest only.
note-balloon = The final payment is made together with the last monthly one.

## Plans that cannot be

impossible =
    .v1 = Those numbers do not make a plan.
    .v2 = A plan cannot be made with those numbers.

## Rules

rules =
    .v1 = The terms:
    .v2 = This is how our loan works:
rule-rate = The rate is fixed, { $rate } a year.
rule-terms = The terms are { $terms } months.
rule-down = The minimum down payment is { $least }; { $usual } is usual.
rule-down-none = There is no minimum down payment; { $usual } is usual.
subject-to-approval = _Every loan is subject to approval._

## The company

passage-correction =
    .v1 = That is not so; this is what our information says:
    .v2 = Let me set that straight with what we have published:
passage-foreign =
    .v1 = This is what our information says (in { $language }):
    .v2 = I have it in { $language }:
branches-none =
    .v1 = I have no branch on record there.
    .v2 = There is no branch there.
branches-nearest =
    .v1 = There is no branch in { $city }. The closest:
    .v2 = We have no branch in { $city }; these are close:
branches-city =
    .v1 = { $n ->
        [one] We have one branch in { $city }:
       *[other] We have { $total } branches in { $city }:
     }
    .v2 = { $n ->
        [one] Our branch in { $city }:
       *[other] Our { $total } branches in { $city }:
     }
branches-all =
    .v1 = We have { $total } branches:
    .v2 = These are our { $total } branches:
branches-list =
    .v1 = You find us here:
    .v2 = Here we are:
hours-unknown =
    .v1 = I have no confirmed opening hours; please check before you go.
    .v2 = The opening hours are not confirmed; it is worth checking before you go.
closed-on = { $day } closed
days-span = { $first } to { $last }
hours-span = { $opens } to { $closes }
not-known =
    .v1 = I do not have that and would rather not make it up. A person from the team can confirm it.
    .v2 = I have no confirmed information on that; a person from the team can help.
not-known-near =
    .v1 = I can tell you about { $topics }.
    .v2 = What I do have: { $topics }.
sources =
    .v1 = I took it from here:
    .v2 = It comes from:
sources-none =
    .v1 = My last answer does not come from a document.
    .v2 = I used no document for what I told you last.

## The talk

introduction =
    .v1 = Hi! I am { $assistant }, the automated assistant of { $dealer }. If you would rather talk to someone from the team, just write *person*. Privacy notice: { $privacy }
    .v2 = Hello! This is { $assistant }, the automated assistant of { $dealer }. To reach someone from the team, write *person*. Privacy notice: { $privacy }
    .v3 = Hi, nice to meet you! I am { $assistant }, an automated assistant at { $dealer }. Write *person* and I pass you on to someone from the team. Privacy notice: { $privacy }
talk-greeting =
    .v1 = Hello again!
    .v2 = Good to hear from you!
    .v3 = Hi, I am still here!
talk-greeting-named =
    .v1 = Hi, { $name }!
    .v2 = Good to hear from you, { $name }!
    .v3 = Hello, { $name }!
talk-introduce =
    .v1 = Nice to meet you!
    .v2 = A pleasure!
talk-introduce-named =
    .v1 = Nice to meet you, { $name }!
    .v2 = A pleasure, { $name }!
    .v3 = Good to meet you, { $name }!
talk-thanks =
    .v1 = You are welcome!
    .v2 = Any time!
    .v3 = Happy to help!
talk-thanks-named =
    .v1 = You are welcome, { $name }!
    .v2 = Any time, { $name }!
    .v3 = Happy to help, { $name }!
talk-goodbye =
    .v1 = Thanks for writing! I am here whenever you need me.
    .v2 = Take care! Write any time.
talk-goodbye-named =
    .v1 = Thanks for writing, { $name }! I am here whenever you need me.
    .v2 = Take care, { $name }! Write any time.
talk-affirm =
    .v1 = Great!
    .v2 = Perfect!
    .v3 = Very good!
talk-deny =
    .v1 = No problem.
    .v2 = That is fine.
    .v3 = All right.
talk-language =
    .v1 = Sure, let us continue in English.
    .v2 = Gladly, I will write in English.
talk-reset =
    .v1 = Done, we start afresh.
    .v2 = All cleared, a fresh start.
talk-abuse =
    .v1 = I understand you are upset; I am here to help you with your car.
    .v2 = I am sorry for the trouble. I am still here to help.
help =
    .v1 = At { $dealer } I can help you:
    .v2 = This is what I can do for you at { $dealer }:
help-1 = Find and compare used cars
help-2 = Work out your payment plan
help-3 = Answer questions on warranty, paperwork and branches
help-4 = Book a visit or a test drive
help-5 = Take the details of a car you want to sell or trade in

## Appointments

appointment-start =
    .v1 = Happy to book it for you.
    .v2 = Sure, let us book it.
appointment-so-far =
    .v1 = So far I have: { $details }.
    .v2 = Perfect, I have { $details }.
    .v3 = Noted: { $details }.
appointment-booked =
    .v1 = Done, your appointment is booked!
    .v2 = Great! Your appointment is confirmed:
appointment-changed =
    .v1 = Done, I changed your appointment! It is now:
    .v2 = Your appointment has changed. It is now:
appointment-cancelled =
    .v1 = Done, your appointment is cancelled.
    .v2 = I cancelled the appointment.
appointment-none =
    .v1 = You have no appointment booked with me.
    .v2 = I find no appointment of yours in this conversation.
appointment-change-any-time =
    .v1 = If you need to change or cancel it, write to me here.
    .v2 = To move or cancel it, just tell me.
appointment-link = Add it to your calendar: { $link }
appointment-options =
    .v1 = You can choose between { $options }.
    .v2 = The options are { $options }.
appointment-problem-past-date =
    .v1 = That date has already passed.
    .v2 = That moment is already behind us.
appointment-problem-impossible-date =
    .v1 = That date is not on the calendar.
    .v2 = There is no such day on the calendar.
appointment-problem-too-far =
    .v1 = That date is too far ahead to book yet.
    .v2 = I cannot book that far ahead yet.
appointment-problem-closed =
    .v1 = Nobody is there at that hour.
    .v2 = That hour is outside opening times.
appointment-problem-closed-that-day =
    .v1 = It is closed on that day.
    .v2 = That day is not open.
appointment-problem-slot-taken =
    .v1 = That slot is already taken.
    .v2 = Someone has already taken that hour.
appointment-problem-no-such-branch =
    .v1 = We have no branch there.
    .v2 = I cannot find that branch.
appointment-problem-hours-unknown =
    .v1 = I have no confirmed opening hours for that branch.
    .v2 = The hours of that branch are not confirmed.
appointment-problem-other =
    .v1 = I cannot book it like that.
    .v2 = I cannot book it with those details.
line-kind = Type: { $value }
line-car = Car: { $value }
line-when = When: { $value }
line-where = Where: { $value }
line-name = Name: { $value }
line-booking = Reference: { $value }
visit-visit = visit
visit-test-drive = test drive
visit-video-call = video call
visit-home-visit = home visit
part-morning = in the morning
part-afternoon = in the afternoon
part-evening = in the evening

## Selling or trading in

sale-start =
    .v1 = Sure! Give me a few details of your car and I pass them on to the people who value it.
    .v2 = Gladly. I take down your car's details so that the team can value it.
sale-start-trade =
    .v1 = Sure! Your car can count towards the down payment; its value is confirmed by inspection.
    .v2 = Yes, you can trade your car in. Its value is confirmed by inspection.
sale-so-far =
    .v1 = So far I have: { $details }.
    .v2 = Noted: { $details }.
    .v3 = Perfect, I have { $details }.
sale-received =
    .v1 = Done! I registered your car: { $details }. The team looks at the details; the price is only set at the inspection.
    .v2 = It is registered: { $details }. The price is set at the inspection.
sale-received-trade =
    .v1 = Done! I registered your trade-in: { $details }. Its value is confirmed by inspection.
    .v2 = It is registered as a trade-in: { $details }. The value is confirmed by inspection.
sale-problem-year =
    .v1 = That year does not look right.
    .v2 = Please check the year.
sale-problem-km =
    .v1 = That mileage does not look right.
    .v2 = Please check the mileage.
sale-problem-other =
    .v1 = That does not look right.
    .v2 = Please check that.

## People, ratings, leaving

handoff-offered =
    .v1 = I can pass you on to a person from the team.
    .v2 = If you like, a person from the team can take over.
handoff-offered-complaint =
    .v1 = I am very sorry about what happened. A person from the team can look into it with you.
    .v2 = I am sorry you went through this. A person from the team can help you.
handoff-offered-anger =
    .v1 = I understand your frustration. A person from the team can help you.
    .v2 = I am sorry for the trouble. A person from the team can take over.
handoff-offered-misunderstood =
    .v1 = I am not understanding you well. A person from the team can help you.
    .v2 = Sorry, I do not follow. A person from the team can take over.
handoff-offered-topic =
    .v1 = A person from the team is better placed for that.
    .v2 = That is for a person from the team.
handoff-made =
    .v1 = Done, I am passing your conversation on to a person from the team.
    .v2 = Sure, from now on a person from the team takes over.
handoff-soon =
    .v1 = They answer in this same chat as soon as they are free; I step aside.
    .v2 = They write to you here as soon as they can, and I step aside.
handoff-opens =
    .v1 = The team is back on { $when }.
    .v2 = There are people here again on { $when }.
handoff-left =
    .v1 = All right, it is you and me again.
    .v2 = Done, I took you out of the queue and carry on with you.
rating-bounds =
    .v1 = The rating goes from 1 to 5.
    .v2 = You can rate from 1 to 5, where 5 is the best.
rating-good =
    .v1 = Thank you for your rating of { $stars }!
    .v2 = Noted, { $stars } out of 5! Many thanks.
rating-bad =
    .v1 = Thank you for telling me; I noted { $stars } out of 5. I am sorry I was not more help.
    .v2 = I noted { $stars } out of 5. I am sorry this was not what you hoped for.
opted-out =
    .v1 = Done, we will not send you any more messages. If you change your mind, write *START*.
    .v2 = Done: you will get no more messages. To come back, write *START*.
opted-in =
    .v1 = Good to have you back! You can get messages again.
    .v2 = Done, you are back in. To leave, write *STOP*.

## What is not done

declined-general =
    .v1 = I cannot help with that; my thing is the cars of { $dealer }.
    .v2 = That is outside what I do: I only see to the cars and services of { $dealer }.
declined-manipulation =
    .v1 = I cannot do that. I am happy to help with cars and plans of { $dealer }.
    .v2 = That I cannot do; I can help with the cars of { $dealer }.
declined-discount =
    .v1 = I cannot give discounts or change prices here; the published ones hold.
    .v2 = Prices and terms are the published ones; I cannot change them here.
declined-contract =
    .v1 = I cannot close contracts or make commitments here.
    .v2 = I cannot make such an agreement here.
declined-secrets =
    .v1 = I cannot share my configuration.
    .v2 = What is behind me is not something I share.
declined-other-customer =
    .v1 = I cannot give out other people's data.
    .v2 = Other customers' information is private.
declined-personal-data =
    .v1 = For your safety, do not share card, account or ID numbers here; I do not need them.
    .v2 = Please send no card, account or ID numbers: I neither ask for them nor keep them.
declined-code =
    .v1 = I do not write programs; my thing is cars.
    .v2 = I cannot help with code; with cars, yes.
declined-medical =
    .v1 = I cannot advise on health; please see a professional.
    .v2 = That is for a health professional.
declined-legal =
    .v1 = I cannot give legal advice.
    .v2 = I cannot advise you on legal matters.
declined-politics =
    .v1 = I have no opinion on politics; on cars, whatever you like.
    .v2 = I leave that subject out; my thing is cars.
declined-weather =
    .v1 = I have no weather information; on cars, I do.
    .v2 = I do not see to the weather; my thing is cars.
declined-claim =
    .v1 = I do not find that in this conversation; what is published holds.
    .v2 = I do not see that in our conversation; the published terms hold.
unclear =
    .v1 = I am not sure I understood.
    .v2 = Sorry, I did not quite get that.
    .v3 = I think I lost you.
unclear-again =
    .v1 = I still do not follow; sorry. A person from the team can help you.
    .v2 = Sorry, I missed it again. A person from the team can help.
unclear-choices =
    .v1 = I want to be sure I get you right.
    .v2 = It could be more than one thing.
unclear-empty =
    .v1 = Your message arrived empty.
    .v2 = No text came with your message.
unclear-too-long =
    .v1 = Your message is too long for me. Send me the main point in a few lines.
    .v2 = I cannot read a message that long; please sum it up in a few lines.
unclear-media =
    .v1 = I got your file, but I only read text here.
    .v2 = Your file arrived; for now I can only read text.
unclear-voice =
    .v1 = I cannot listen to voice notes yet. Please write it to me.
    .v2 = I do not hear audio yet; please send it as text.

## The question at the end

ask-narrow =
    .v1 = What else should it have?
    .v2 = What else matters to you?
ask-narrow-options =
    .v1 = Would you prefer { $options }?
    .v2 = Which do you like more: { $options }?
ask-narrow-body-styles =
    .v1 = Which would you like: { $options }?
    .v2 = What kind do you prefer: { $options }?
ask-narrow-transmissions =
    .v1 = Would you like it { $options }?
    .v2 = Which transmission do you prefer: { $options }?
ask-narrow-makes =
    .v1 = Is there a make you like: { $options }?
    .v2 = Which make do you prefer: { $options }?
ask-narrow-models =
    .v1 = Which model do you prefer: { $options }?
    .v2 = Do you lean towards { $options }?
ask-narrow-fuels =
    .v1 = Would you prefer { $options }?
    .v2 = Which fuel do you prefer: { $options }?
ask-narrow-year =
    .v1 = Which year would you like: { $options }?
    .v2 = What year do you prefer: { $options }?
ask-narrow-price =
    .v1 = How much would you like to spend: { $options }?
    .v2 = How far would you go: { $options }?
ask-which-car =
    .v1 = Which car do you mean?
    .v2 = Which car are you interested in?
ask-which-car-options =
    .v1 = Which of them: { $options }?
    .v2 = Do you mean { $options }?
ask-budget =
    .v1 = What budget do you have in mind?
    .v2 = How much would you like to pay, in all or each month?
ask-price-or-car =
    .v1 = For which car or what price shall I work it out?
    .v2 = Which car or what amount is the plan for?
ask-down-payment =
    .v1 = How much would you like to put down?
    .v2 = What down payment do you have?
ask-down-payment-options =
    .v1 = How much would you like to put down: { $options }?
    .v2 = Which down payment do you prefer: { $options }?
ask-term =
    .v1 = Over how many months would you like it?
    .v2 = In how many months would you like to pay it?
ask-term-options =
    .v1 = Over how many months: { $options }?
    .v2 = Which term do you prefer, { $options } months?
ask-income =
    .v1 = How much do you take home each month, after tax?
    .v2 = What is your net monthly income?
ask-more-cars =
    .v1 = Shall I show you more?
    .v2 = Would you like to see more options?
    .v3 = Shall we look at others?
ask-show-cars =
    .v1 = Shall I show you the cars?
    .v2 = Would you like to see which ones?
    .v3 = Shall we look at the cars there are?
ask-quote =
    .v1 = Shall I work out the monthly payments?
    .v2 = Would you like to see it in monthly payments?
    .v3 = Shall we make your payment plan?
ask-book =
    .v1 = Shall I book you a visit to see it?
    .v2 = Would you like to come and see it?
    .v3 = Would you like to pick a day to see it?
ask-branch =
    .v1 = Which city or branch suits you best?
    .v2 = Which branch is best for you?
ask-branch-options =
    .v1 = Which suits you best: { $options }?
    .v2 = At which branch: { $options }?
ask-day =
    .v1 = Which day suits you?
    .v2 = For which day shall I book it?
ask-day-options =
    .v1 = Which day suits you: { $options }?
    .v2 = For which day: { $options }?
ask-hour =
    .v1 = What time suits you?
    .v2 = Which hour is good for you?
ask-hour-options =
    .v1 = What time suits you: { $options }?
    .v2 = Which hour works: { $options }?
ask-name =
    .v1 = What name shall I put it under?
    .v2 = What is your name?
ask-confirm-booking =
    .v1 = Shall I confirm the appointment?
    .v2 = Shall I book it like that?
ask-confirm-cancel =
    .v1 = Are you sure I should cancel it?
    .v2 = Do you confirm that I cancel it?
ask-sale-car =
    .v1 = What make and model is your car?
    .v2 = Which car do you have?
ask-sale-year =
    .v1 = What year is it?
    .v2 = Which year is your car?
ask-sale-km =
    .v1 = How many kilometres does it have?
    .v2 = What is its mileage?
ask-sale-city =
    .v1 = Which city is it in?
    .v2 = In which city do you have it?
ask-human =
    .v1 = Would you like a person to take over?
    .v2 = Shall I pass you on to a person?
ask-rating =
    .v1 = From 1 to 5, how would you rate our service?
    .v2 = How would you rate me, from 1 to 5?
ask-choice =
    .v1 = What would you like to do?
    .v2 = How can I help?
ask-choice-options =
    .v1 = Do you mean { $options }?
    .v2 = What are you after: { $options }?
ask-open =
    .v1 = What else can I do for you?
    .v2 = What else would you like to know?
    .v3 = What would you like to look at now?

## Buttons, 20 letters at most

button-no = No, thanks
button-more-cars = Yes, show me more
button-show-cars = Yes, show me
button-quote = Yes, work it out
button-book = Yes, book a visit
button-confirm-booking = Yes, confirm
button-confirm-cancel = Yes, cancel it
button-human = Yes, a person
button-months = { $months } months

## Intents

intent-catalog-search = finding a car
    .button = Find a car
intent-catalog-refine = narrowing the search
    .button = Narrow the search
intent-catalog-detail = learning more about a car
    .button = More about a car
intent-catalog-compare = comparing cars
    .button = Compare cars
intent-catalog-analyse = knowing what is in stock
    .button = What is in stock
intent-catalog-recommend = a recommendation
    .button = Recommend me a car
intent-catalog-more = seeing more cars
    .button = Show more cars
intent-finance-quote = a payment plan
    .button = A payment plan
intent-finance-change-plan = changing your plan
    .button = Change my plan
intent-finance-afford = knowing what you can afford
    .button = What can I afford
intent-finance-schedule = the payment table
    .button = Payment table
intent-finance-prepay = paying extra
    .button = Pay extra
intent-finance-rules = the terms of the loan
    .button = How the loan works
intent-info-warranty = the warranty
    .button = Warranty
intent-info-return = returns
    .button = Returns
intent-info-inspection = how cars are inspected
    .button = Inspection
intent-info-branches = the branches
    .button = Branches
intent-info-buying = how to buy
    .button = How to buy
intent-info-payment = ways of paying
    .button = Ways of paying
intent-info-delivery = delivery
    .button = Delivery
intent-info-paperwork = the paperwork
    .button = Paperwork
intent-info-maintenance = maintenance
    .button = Maintenance
intent-info-app = the app
    .button = The app
intent-info-company = the company
    .button = The company
intent-info-source = where the information comes from
    .button = Where it comes from
intent-concierge-greeting = saying hello
    .button = Hello
intent-concierge-thanks = saying thanks
    .button = Thanks
intent-concierge-goodbye = saying goodbye
    .button = Goodbye
intent-concierge-affirm = saying yes
    .button = Yes
intent-concierge-deny = saying no
    .button = No
intent-concierge-help = knowing what I can do
    .button = Help
intent-concierge-introduce = introducing yourself
    .button = Introduce myself
intent-concierge-appointment = booking an appointment
    .button = Book an appointment
intent-concierge-appointment-change = changing your appointment
    .button = Change appointment
intent-concierge-appointment-cancel = cancelling your appointment
    .button = Cancel appointment
intent-concierge-sell-car = selling your car
    .button = Sell my car
intent-concierge-trade-in = trading in your car
    .button = Trade in my car
intent-concierge-human = talking to a person
    .button = A person
intent-concierge-complaint = making a complaint
    .button = I have a complaint
intent-concierge-rate = rating our service
    .button = Rate
intent-concierge-opt-out = getting no more messages
    .button = STOP
intent-concierge-opt-in = getting messages again
    .button = START
intent-concierge-language = changing the language
    .button = Change language
intent-concierge-reset = starting afresh
    .button = Start afresh
intent-concierge-out-of-scope = another subject
    .button = Another subject
intent-concierge-abuse = another matter
    .button = Another matter
intent-concierge-manipulation = something else
    .button = Something else
intent-concierge-unclear = something else
    .button = Something else

## Figures of the calculations

figure-price = price
figure-max-price = highest price
figure-down = down payment
figure-down-payment = down payment
figure-loan = amount financed
figure-months = term
figure-monthly-payment = monthly payment
figure-payment = monthly payment
figure-annual-rate = fixed yearly rate
figure-our-rate = our fixed yearly rate
figure-their-rate = their yearly rate
figure-claimed-rate = the rate you mention
figure-max-loan = the most that can be financed
figure-max-down = highest down payment
figure-minimum-down = minimum down payment
figure-min-down = down payment needed
figure-down-needed = down payment needed
figure-percent = part of the price
figure-down-percent = part of the price
figure-monthly-budget = payment a month
figure-budget = payment a month
figure-min-months = months it would take
figure-exact-months = exact months
figure-menu-months = term that fits
figure-menu-payment = monthly payment in that term
figure-longest-months = longest term
figure-nearest-months = closest term
figure-months-now = present term
figure-months-saved = months saved
figure-months-fewer = months saved
figure-remaining-months = months left
figure-months-left = months left
figure-share = part of your income
figure-ceiling = recommended ceiling
figure-income = monthly income
figure-debts = other debts a month
figure-first-interest = first month's interest
figure-first-payment = first monthly payment
figure-second-payment = second monthly payment
figure-last-payment = last payment
figure-total-interest = interest in all
figure-total-paid = all payments together
figure-interest-saved = interest saved
figure-extra = extra payment
figure-after-payment = after payment number
figure-balance = balance to pay
figure-balance-before = balance before the extra payment
figure-balance-after = balance after the extra payment
figure-payoff = to pay it off
figure-new-payment = new monthly payment
figure-payment-after = new monthly payment
figure-payment-before = monthly payment before
figure-reduced-payment = if you lower the payment, it becomes
figure-reduce-payment = if you lower the payment, it becomes
figure-reduce-payment-payment = if you lower the payment, it becomes
figure-reduce-payment-saved = interest saved by lowering the payment
figure-reduce-payment-interest-saved = interest saved by lowering the payment
figure-reduce-payment-total-interest = interest in all when lowering the payment
figure-reduce-payment-months = months left when lowering the payment
figure-reduce-payment-last-payment = last payment when lowering the payment
figure-reduce-term-payment = monthly payment if you shorten the term
figure-reduce-term-months = months left if you shorten the term
figure-reduce-term-months-saved = months saved if you shorten the term
figure-reduce-term-saved = interest saved if you shorten the term
figure-reduce-term-interest-saved = interest saved if you shorten the term
figure-reduce-term-total-interest = interest in all if you shorten the term
figure-reduce-term-last-payment = last payment if you shorten the term
figure-total-interest-before = interest without the extra payment
figure-balloon = final payment
figure-base-payment = monthly payment without VAT
figure-level-payment = level monthly payment with VAT
figure-payment-with-iva = monthly payment with VAT
figure-total-iva = VAT in all
figure-iva-total = VAT in all
figure-iva-percent = VAT
figure-commission = opening commission
figure-commission-percent = opening commission
figure-cat = CAT without IVA
figure-cat-percent = CAT without IVA
figure-our-payment = monthly payment with us
figure-their-payment = monthly payment with them
figure-our-interest = interest with us
figure-their-interest = interest with them
figure-our-total-interest = interest with us
figure-their-total-interest = interest with them
figure-difference = difference a month
figure-payment-difference = difference a month
figure-interest-difference = difference in interest
figure-maximum = maximum
figure-minimum = minimum
figure-payments = number of payments
figure-shortfall = you are short of
figure-missing = you are short of
figure-left-over = you have left over
figure-room = you have left over

## Why a plan is impossible, and the way out

impossible-down-exceeds-price =
    .v1 = That down payment is more than the price of the car.
    .v2 = The down payment cannot be above the price of the car.
way-out-down-exceeds-price = A down payment equal to the price pays for it in full; with a smaller one you finance the rest.
impossible-down-below-minimum =
    .v1 = That down payment is under the minimum.
    .v2 = The down payment does not reach the minimum.
way-out-down-below-minimum = With the minimum down payment it works.
impossible-budget-below-interest =
    .v1 = With that payment a month the debt would never go down: it does not cover the interest.
    .v2 = That monthly payment does not even cover the interest.
way-out-budget-below-interest = It works with more money down, a higher payment or a cheaper car.
impossible-budget-below-charges =
    .v1 = That payment does not cover the monthly charges.
    .v2 = The monthly charges take up all of that payment.
way-out-budget-below-charges = It works with a higher monthly payment.
impossible-budget-not-positive =
    .v1 = After your other debts nothing is left for a monthly payment.
    .v2 = Your other debts already take what you could pay each month.
way-out-budget-not-positive = It would be wise to pay in cash or to clear debts first.
impossible-budget-above-ceiling =
    .v1 = That payment is above what is advisable for your income.
    .v2 = That monthly payment is too much for your income.
way-out-budget-above-ceiling = It comes down with more money down, a longer term or a cheaper car.
impossible-no-term-fits =
    .v1 = That payment is not enough in any of our terms.
    .v2 = None of our terms gets down to that payment.
way-out-no-term-fits = It works with more money down or a cheaper car.
impossible-term-above-maximum =
    .v1 = With that payment it would take far too many months.
    .v2 = That payment would stretch the term beyond what is possible.
way-out-term-above-maximum = It works with more money down or a cheaper car.
impossible-months-below-one =
    .v1 = A plan has at least one month.
    .v2 = The term has to be one month or more.
impossible-months-above-maximum =
    .v1 = That term is too long.
    .v2 = There are no terms that long.
impossible-missing-price =
    .v1 = I need the price to work it out.
    .v2 = Without a price I cannot work it out.
impossible-nothing-financed =
    .v1 = That down payment covers the whole price: there is nothing left to finance.
    .v2 = With that down payment nothing is left to finance.
impossible-balloon-exceeds-loan =
    .v1 = The final payment cannot be more than what is financed.
    .v2 = That final payment is above the amount financed.
way-out-balloon-exceeds-loan = It works with a smaller final payment.
impossible-extra-exceeds-balance =
    .v1 = That extra payment is more than what would be left to pay.
    .v2 = With that extra payment you would pay more than you owe.
way-out-extra-exceeds-balance = With the whole balance you pay the loan off.
impossible-after-payment-out-of-range =
    .v1 = The plan has no payment with that number.
    .v2 = That payment is outside the plan.
impossible-negative =
    .v1 = An amount cannot be below zero.
    .v2 = I cannot work with negative amounts.
impossible-not-positive =
    .v1 = That amount has to be above zero.
    .v2 = With zero there is nothing to work out.
impossible-above-maximum =
    .v1 = That amount is too large for a plan.
    .v2 = I cannot make a plan with an amount that large.
impossible-too-precise =
    .v1 = That figure has too many decimals.
    .v2 = There are too many decimals in that figure.
impossible-not-whole =
    .v1 = Months come in whole numbers.
    .v2 = I need a whole number there.
impossible-not-centavos =
    .v1 = Amounts go down to centavos.
    .v2 = That amount has fractions of a centavo.
impossible-invalid =
    .v1 = I cannot read that as a number.
    .v2 = I cannot make out that amount.
